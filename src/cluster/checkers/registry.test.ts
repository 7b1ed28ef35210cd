// Every checker fires when its promise is broken on purpose. They are silent over the swarm (swarm.test.ts).
import { describe, expect, it } from 'vitest';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Cluster } from '../cluster.ts';
import type { CheckedWrite } from './checker.ts';
import { checkers } from './registry.ts';

const metadata = (name: string): KubeObject['metadata'] => ({ name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '5', creationTimestamp: '2026-01-01T09:00:00Z' });
const pod = (name: string, spec: object = {}, status: object = {}): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: metadata(name), spec: { containers: [], ...spec }, status }) as unknown as Pod;
const write = (resource: string, object: KubeObject): CheckedWrite => ({ group: '', resource, type: 'put', object, time: 0 as never });

/** A cluster that holds just these objects. */
function holding(objects: Readonly<Record<string, readonly object[]>>): Cluster {
  return { peek: (_group: string, resource: string) => objects[resource] ?? [], peekOne: () => undefined } as unknown as Cluster;
}

interface Breach {
  readonly cluster?: Cluster;
  readonly writes?: readonly CheckedWrite[];
}

const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: metadata('web'), spec: { replicas: 2 } };
const service = { apiVersion: 'v1', kind: 'Service', metadata: metadata('web'), spec: { selector: { app: 'web' } } };
const slice = {
  metadata: { ...metadata('web-1'), labels: { 'kubernetes.io/service-name': 'web' } },
  endpoints: [{ addresses: ['10.244.0.9'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'gone' } }],
} as unknown as EndpointSlice;

const breaches: Readonly<Record<string, Breach>> = {
  'no-double-binding': { writes: [write('pods', pod('a', { nodeName: 'worker-1' })), write('pods', pod('a', { nodeName: 'worker-2' }))] },
  'unique-pod-addresses': { cluster: holding({ pods: [pod('a', {}, { podIP: '10.244.0.9', phase: 'Running' }), pod('b', {}, { podIP: '10.244.0.9', phase: 'Running' })] }) },
  'endpoints-only-ready': { cluster: holding({ services: [service], endpointslices: [slice] }) },
  'replicas-converge': { cluster: holding({ replicasets: [set] }) },
  'no-lost-write': { writes: [write('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('lost') })] },
  'revisions-rise': { writes: [write('pods', pod('a')), write('pods', { ...pod('b'), metadata: { ...metadata('b'), resourceVersion: '4' } })] },
};

describe('checkers', () => {
  it('have a breach each that they are tested with', () => {
    expect(Object.keys(breaches).sort()).toEqual(checkers.map(({ name }) => name));
  });

  it.each(checkers)('$name fires when its promise is broken', (checker) => {
    const found: string[] = [];
    const breach = breaches[checker.name] ?? {};
    const check = checker.start(breach.cluster ?? holding({}), (sentence) => found.push(sentence));
    for (const one of breach.writes ?? []) check.wrote?.(one);
    check.settled?.();
    expect(found).toHaveLength(1);
  });

  it.each(checkers)('$name is silent over an empty cluster', (checker) => {
    const found: string[] = [];
    const check = checker.start(holding({}), (sentence) => found.push(sentence));
    check.settled?.();
    expect(found).toEqual([]);
  });
});
