// Defaults of a pod as a whole. Upstream: pkg/apis/core/v1/defaults.go, conversion.go.
import { at, put } from '../../../sharing.ts';
import { defaultPodSpec } from '../podspec/defaults.ts';
import type { Pod, PodSpec, PodStatus } from './types.ts';

const noSpec = { containers: null } as unknown as PodSpec;

/** A pod with what its author left out; the first address and the list of addresses tell the same. */
export function defaultPod(pod: Pod): Pod {
  const next = put(pod, 'spec', defaultPodSpec(pod.spec ?? noSpec));
  return at(next, 'status', withSameAddresses);
}

function withSameAddresses(status: PodStatus): PodStatus {
  const { podIP, podIPs } = status;
  const first = podIPs?.[0]?.ip;
  if (podIP && podIP !== first) return put(status, 'podIPs', [{ ip: podIP }]);
  return first && !podIP ? put(status, 'podIP', first) : status;
}
