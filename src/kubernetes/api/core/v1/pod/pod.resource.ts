// Pods: what runs. Upstream: pkg/registry/core/pod.
import type { ResourceDescriptor } from '../../../resource.ts';
import { allVerbs } from '../../../verbs.ts';
import { defaultPod } from './defaults.ts';
import { deletionGraceOf, podStatusStrategy, podStrategy, podWarnings } from './strategy.ts';
import { table } from './table.ts';
import type { Pod } from './types.ts';
import { validatePod, validatePodUpdate } from './validation.ts';

export const resource: ResourceDescriptor<Pod> = {
  name: 'pods',
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [
    'attach',
    'binding',
    'ephemeralcontainers',
    'eviction',
    'exec',
    'log',
    'portforward',
    'proxy',
    'resize',
    'status',
  ],
  model: 'io.k8s.api.core.v1.Pod',
  explain:
    'One or more containers that run together on one machine, with one address. The smallest thing that can be scheduled.',
  defaults: defaultPod,
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  warnings: podWarnings,
  strategy: podStrategy,
  statusStrategy: podStatusStrategy,
  deletion: { gracePeriodSeconds: deletionGraceOf },
  selectableFieldNames: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  selectableFields: ({ spec, status }) => ({
    'spec.nodeName': spec.nodeName ?? '',
    'spec.restartPolicy': spec.restartPolicy,
    'spec.schedulerName': spec.schedulerName,
    'spec.serviceAccountName': spec.serviceAccountName ?? '',
    'spec.hostNetwork': String(spec.hostNetwork ?? false),
    'status.phase': status.phase,
    'status.podIP': status.podIPs?.[0]?.ip ?? '',
    'status.podIPs': status.podIPs?.[0]?.ip ?? '',
    'status.nominatedNodeName': status.nominatedNodeName ?? '',
  }),
  table,
};
