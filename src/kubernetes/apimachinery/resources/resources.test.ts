// Requests, limits and quality of service against upstream's.
import { expect, it } from 'vitest';
import { equalJson } from '@/base/json.ts';
import { describeGolden, goldenCases, mismatches } from '../testing/golden.ts';
import { podLimits, podQosClass, podRequests, resourceTexts, type PodResources, type RequestOptions } from './resources.ts';

const variants: Readonly<Record<string, RequestOptions>> = {
  requestsUseStatus: { useStatus: true },
  requestsExcludeOverhead: { excludeOverhead: true },
  requestsSkipPodLevel: { skipPodLevel: true },
  requestsNonMissing: { nonMissing: { cpu: '100m', memory: '200Mi' } },
};

describeGolden('pod-resources', () => {
  it('adds up requests, limits and quality of service', () => {
    const wrong = mismatches(
      goldenCases<{ name: string; pod: PodResources }>('pod-resources/requests-limits-qos.json'),
      ({ name, pod }) => {
        const requests = resourceTexts(podRequests(pod));
        const answers: Record<string, unknown> = {
          name,
          pod,
          requests,
          limits: resourceTexts(podLimits(pod)),
          qos: podQosClass(pod),
        };
        for (const [variant, options] of Object.entries(variants)) {
          const texts = resourceTexts(podRequests(pod, options));
          if (!equalJson(texts, requests)) answers[variant] = texts;
        }
        return answers;
      },
    );
    expect(wrong).toEqual([]);
  });
});
