// Nodes and pods for the scheduler's tests, as the API server would give them.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';

type Labels = Readonly<Record<string, string>>;

export const hostname = 'kubernetes.io/hostname';
export const zone = 'topology.kubernetes.io/zone';

/** A node of four processors and room for ten pods, labelled with its name. */
export function node(
  name: string,
  labels: Labels = {},
  more: { readonly spec?: object; readonly allocatable?: Labels } = {},
): Node {
  const allocatable = {
    cpu: '4',
    memory: '8Gi',
    'ephemeral-storage': '50Gi',
    pods: '10',
    ...more.allocatable,
  };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T09:00:00Z',
      labels: { [hostname]: name, ...labels },
    },
    spec: { ...more.spec },
    status: { allocatable, capacity: allocatable },
  } as unknown as Node;
}

/** A pod that asks for one processor. */
export function pod(name: string, labels: Labels = {}, spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T09:00:00Z',
      labels,
    },
    spec: {
      schedulerName: 'default-scheduler',
      containers: [{ name: 'main', image: 'nginx', resources: { requests: { cpu: '1' } } }],
      ...spec,
    },
    status: { phase: 'Pending' },
  } as unknown as Pod;
}

export const placed = (given: Pod, nodeName: string): Pod => ({
  ...given,
  spec: { ...given.spec, nodeName },
});
