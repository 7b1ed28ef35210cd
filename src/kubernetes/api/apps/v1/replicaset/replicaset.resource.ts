// ReplicaSets: keep a number of pods. Upstream: pkg/registry/apps/replicaset.
import { selectorFromLabelSelector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { withoutClosedTemplateFields } from '@/kubernetes/api/core/v1/podspec/closed-gates.ts';
import { defaultPodTemplate } from '@/kubernetes/api/core/v1/podspec/defaults.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { podTemplateWarnings, podNameWarnings } from '@/kubernetes/api/core/v1/podspec/warnings.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, containerCells, nameColumn, selectorText } from '../../../columns.ts';
import { at, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { ReplicaSet } from './types.ts';
import {
  validateReplicaSet,
  validateReplicaSetStatusUpdate,
  validateReplicaSetUpdate,
} from './validation.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;

function defaults(object: ReplicaSet): ReplicaSet {
  const spec = fill(object.spec ?? {}, { replicas: 1 });
  return fill(put(object, 'spec', put(spec, 'template', defaultPodTemplate(spec.template ?? noTemplate))), {
    status: { replicas: 0 },
  });
}

const withoutClosed = (object: ReplicaSet): ReplicaSet =>
  put(object, 'spec', at(object.spec, 'template', withoutClosedTemplateFields));

export const resource: ResourceDescriptor<ReplicaSet> = {
  name: 'replicasets.apps',
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['scale', 'status'],
  model: 'io.k8s.api.apps.v1.ReplicaSet',
  explain: 'Keeps a number of pods of one template running. Deployments make and scale them.',
  defaults,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: (next, previous) => [
    ...(previous ? [] : podNameWarnings(next.metadata.name)),
    ...(next.spec.template === previous?.spec.template || !next.spec.template
      ? []
      : podTemplateWarnings(next.spec.template, 'spec.template')),
  ],
  strategy: specStrategy<ReplicaSet>({
    hasGeneration: true,
    emptyStatus: () => ({ replicas: 0 }),
    create: withoutClosed,
    update: withoutClosed,
  }),
  statusStrategy: statusStrategy<ReplicaSet>({ validateUpdate: validateReplicaSetStatusUpdate }),
  scale: {
    specReplicas: ({ spec }) => spec.replicas,
    statusReplicas: ({ status }) => status.replicas,
    selector: ({ spec }) => selectorFromLabelSelector(spec.selector).toString(),
    withReplicas: (object, replicas) => put(object, 'spec', put(object.spec, 'replicas', replicas)),
  },
  table: {
    columns: [
      nameColumn,
      column(
        'Desired',
        'Replicas is the number of desired pods. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
        { type: 'integer' },
      ),
      column(
        'Current',
        'Replicas is the most recently observed number of non-terminating pods. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset',
        { type: 'integer' },
      ),
      column(
        'Ready',
        'The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition.',
        { type: 'integer' },
      ),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
      column(
        'Selector',
        "Selector is a label query over pods that should match the replica count. Label keys and values that must match in order to be controlled by this replica set. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
        { priority: 1 },
      ),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      spec.replicas,
      status.replicas,
      status.readyReplicas ?? 0,
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template.spec.containers),
      selectorText(spec.selector),
    ],
  },
};
