// Endpoints that are called ready are pods that are ready, once the cluster has settled.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { selectorFromSet } from '@/kubernetes/apimachinery/labels/labels.ts';
import type { CheckerDescriptor } from '../checker.ts';

const isReady = (pod: Pod): boolean =>
  !pod.metadata.deletionTimestamp && (pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false);

export const checker: CheckerDescriptor = {
  name: 'endpoints-only-ready',
  explain: 'A settled Service lists exactly its ready pods as ready endpoints.',
  start(cluster, report) {
    return {
      settled() {
        const pods = cluster.peek<Pod>('', 'pods');
        const listed = new Map<string, Set<string>>();
        for (const slice of cluster.peek<EndpointSlice>('discovery.k8s.io', 'endpointslices')) {
          const key = `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
          const names = listed.get(key) ?? new Set<string>();
          for (const endpoint of slice.endpoints) if (endpoint.conditions?.ready !== false && endpoint.targetRef?.kind === 'Pod') names.add(endpoint.targetRef.name ?? '');
          listed.set(key, names);
        }
        for (const service of cluster.peek<Service>('', 'services')) {
          if (!service.spec.selector || service.spec.publishNotReadyAddresses) continue;
          const selector = selectorFromSet(service.spec.selector);
          const wanted = pods.filter((pod) => pod.metadata.namespace === service.metadata.namespace && selector.matches(pod.metadata.labels ?? {}) && isReady(pod)).map((pod) => pod.metadata.name);
          const found = listed.get(keyOf(service)) ?? new Set<string>();
          for (const name of wanted) if (!found.has(name)) report(`Service ${keyOf(service)} leaves out the ready pod ${name}.`);
          for (const name of found) if (!wanted.includes(name)) report(`Service ${keyOf(service)} lists ${name}, which is not ready.`);
        }
      },
    };
  },
};
