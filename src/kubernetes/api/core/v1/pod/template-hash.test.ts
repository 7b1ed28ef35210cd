// The hashes that a real Deployment controller gave its ReplicaSets.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeGolden } from '@/kubernetes/apimachinery/testing/golden.ts';
import { defaultPodTemplate } from '../podspec/defaults.ts';
import { templateHash } from './template-hash.ts';
import type { PodTemplateSpec } from './types.ts';

interface Golden {
  readonly cases: readonly {
    readonly template: PodTemplateSpec;
    readonly defaulted: PodTemplateSpec;
    readonly hash: string;
  }[];
  readonly collisions: readonly {
    readonly template: PodTemplateSpec;
    readonly sequence: readonly { readonly collisionCount: number | null; readonly hash: string }[];
  }[];
}

describeGolden('behaviour', () => {
  const golden = JSON.parse(
    readFileSync('../shared/golden/behaviour/pod-template-hash.json', 'utf8'),
  ) as Golden;

  test('defaults are idempotent and keep references', () => {
    for (const { template } of golden.cases) {
      const defaulted = defaultPodTemplate(template);
      expect(defaultPodTemplate(defaulted)).toBe(defaulted);
    }
  });

  test('hashes of templates', () => {
    expect(golden.cases.map((one) => templateHash(one.defaulted))).toEqual(
      golden.cases.map((one) => one.hash),
    );
  });

  test('hashes after collisions', () => {
    const found = golden.collisions.map(({ template, sequence }) => {
      const defaulted = defaultPodTemplate(template);
      return sequence.map(({ collisionCount }) => ({
        collisionCount,
        hash: templateHash(defaulted, collisionCount ?? undefined),
      }));
    });
    expect(found).toEqual(golden.collisions.map((one) => one.sequence));
  });
});
