// ReplicationControllers: the first form of keeping a number of pods. Upstream: pkg/registry/core/replicationcontroller.
import { podTemplateWarnings, podNameWarnings } from '../podspec/warnings.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, containerCells, labelsText, nameColumn } from '../../../columns.ts';
import { at, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { withoutClosedTemplateFields } from '../podspec/closed-gates.ts';
import { defaultPodTemplate } from '../podspec/defaults.ts';
import type { ReplicationController } from './types.ts';
import {
  validateReplicationController,
  validateReplicationControllerStatusUpdate,
  validateReplicationControllerUpdate,
} from './validation.ts';

/** Selector and labels follow from the template's labels. */
function defaults(object: ReplicationController): ReplicationController {
  let spec = at(object.spec ?? {}, 'template', defaultPodTemplate);
  const labels = spec.template?.metadata.labels;
  if (labels && Object.keys(labels).length > 0) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec = put(spec, 'selector', labels);
  }
  spec = fill(spec, { replicas: 1 });
  let next = fill(put(object, 'spec', spec), { status: { replicas: 0 } });
  if (labels && Object.keys(labels).length > 0 && Object.keys(next.metadata.labels ?? {}).length === 0) {
    next = put(next, 'metadata', { ...next.metadata, labels });
  }
  return next;
}

const withoutClosed = (object: ReplicationController): ReplicationController =>
  put(object, 'spec', at(object.spec, 'template', withoutClosedTemplateFields));

export const resource: ResourceDescriptor<ReplicationController> = {
  name: 'replicationcontrollers',
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['scale', 'status'],
  model: 'io.k8s.api.core.v1.ReplicationController',
  explain: 'Keeps a number of pods of one template running; ReplicaSets have taken its place.',
  defaults,
  validate: validateReplicationController,
  validateUpdate: validateReplicationControllerUpdate,
  warnings: (next, previous) => [
    ...(previous ? [] : podNameWarnings(next.metadata.name)),
    ...(next.spec.template === previous?.spec.template || !next.spec.template
      ? []
      : podTemplateWarnings(next.spec.template, 'spec.template')),
  ],
  strategy: specStrategy<ReplicationController>({
    hasGeneration: true,
    emptyStatus: () => ({ replicas: 0 }),
    create: withoutClosed,
    update: withoutClosed,
  }),
  orphansByDefault: true,
  statusStrategy: statusStrategy<ReplicationController>({
    validateUpdate: validateReplicationControllerStatusUpdate,
  }),
  scale: {
    specReplicas: ({ spec }) => spec.replicas,
    statusReplicas: ({ status }) => status.replicas,
    selector: ({ spec }) => (spec.selector ? labelsText(spec.selector) : ''),
    withReplicas: (object, replicas) => put(object, 'spec', put(object.spec, 'replicas', replicas)),
  },
  selectableFieldNames: ['status.replicas'],
  selectableFields: ({ status }) => ({ 'status.replicas': String(status.replicas) }),
  table: {
    columns: [
      nameColumn,
      column(
        'Desired',
        'Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller',
        { type: 'integer' },
      ),
      column(
        'Current',
        'Replicas is the most recently observed number of replicas. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller',
        { type: 'integer' },
      ),
      column('Ready', 'The number of ready replicas for this replication controller.', { type: 'integer' }),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
      column(
        'Selector',
        'Selector is a label query over pods that should match the Replicas count. If Selector is empty, it is defaulted to the labels present on the Pod template. Label keys and values that must match in order to be controlled by this replication controller, if empty defaulted to labels on Pod template. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
        { priority: 1 },
      ),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      spec.replicas,
      status.replicas,
      status.readyReplicas ?? 0,
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template?.spec.containers ?? []),
      labelsText(spec.selector),
    ],
  },
};
