// Which API object a selection stands for, in the words of the queries.
import type { Selection } from '../../stores/view/view-store.ts';

/** How queries name an object. */
export interface ObjectTarget {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: string;
}

const workloadResources: Readonly<Record<string, { readonly group: string; readonly resource: string }>> = {
  Deployment: { group: 'apps', resource: 'deployments' },
  ReplicaSet: { group: 'apps', resource: 'replicasets' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', resource: 'daemonsets' },
  ReplicationController: { group: '', resource: 'replicationcontrollers' },
  Job: { group: 'batch', resource: 'jobs' },
  CronJob: { group: 'batch', resource: 'cronjobs' },
};

function kindOfResource(resource: string): string {
  const known = Object.entries(workloadResources).find(([, value]) => value.resource === resource);
  if (known) return known[0];
  const kinds: Readonly<Record<string, string>> = {
    configmaps: 'ConfigMap',
    secrets: 'Secret',
    serviceaccounts: 'ServiceAccount',
    endpoints: 'Endpoints',
    endpointslices: 'EndpointSlice',
    namespaces: 'Namespace',
    nodes: 'Node',
    leases: 'Lease',
    priorityclasses: 'PriorityClass',
    pods: 'Pod',
    services: 'Service',
  };
  return kinds[resource] ?? resource;
}

/** The API object behind `selection`; undefined when there is none (a request). */
export function targetOf(selection: Selection): ObjectTarget | undefined {
  const parts = 'key' in selection ? selection.key.split('/') : [];
  switch (selection.kind) {
    case 'machine':
      return { group: '', version: 'v1', resource: 'nodes', namespace: '', name: selection.key, kind: 'Node' };
    case 'pod':
      return { group: '', version: 'v1', resource: 'pods', namespace: parts[0] ?? '', name: parts[1] ?? '', kind: 'Pod' };
    case 'service':
      return { group: '', version: 'v1', resource: 'services', namespace: parts[0] ?? '', name: parts[1] ?? '', kind: 'Service' };
    case 'workload': {
      const [kind = '', namespace = '', name = ''] = parts;
      const known = workloadResources[kind];
      return known && { ...known, version: 'v1', namespace, name, kind };
    }
    case 'object':
      return {
        group: selection.group,
        version: selection.version,
        resource: selection.resource,
        namespace: selection.namespace,
        name: selection.name,
        kind: kindOfResource(selection.resource),
      };
    case 'packet':
      return undefined;
  }
}

/** The name a person would call the selection by. */
export function titleOf(selection: Selection): string {
  if (selection.kind === 'packet') return `#${selection.id}`;
  if (selection.kind === 'object') return selection.name;
  return selection.key.slice(selection.key.lastIndexOf('/') + 1);
}
