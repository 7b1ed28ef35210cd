// Deployments: roll from one template to the next. Upstream: pkg/registry/apps/deployment.
import { equalJson } from '@/base/json.ts';
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
import type { Deployment, DeploymentStrategy } from './types.ts';
import {
  validateDeployment,
  validateDeploymentStatusUpdate,
  validateDeploymentUpdate,
} from './validation.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;

function defaults(object: Deployment): Deployment {
  let spec = fill(object.spec ?? {}, {
    replicas: 1,
    strategy: { type: 'RollingUpdate' },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  });
  spec = put(spec, 'strategy', defaultStrategy(spec.strategy));
  return fill(put(object, 'spec', put(spec, 'template', defaultPodTemplate(spec.template ?? noTemplate))), {
    status: {},
  });
}

function defaultStrategy(given: DeploymentStrategy): DeploymentStrategy {
  const strategy = fill(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  const rolling = fill(strategy, { rollingUpdate: {} as never });
  return at(rolling, 'rollingUpdate', (limits) => fill(limits, { maxUnavailable: '25%', maxSurge: '25%' }));
}

const withoutClosed = (object: Deployment): Deployment =>
  put(object, 'spec', at(object.spec, 'template', withoutClosedTemplateFields));

const strategy = specStrategy<Deployment>({
  hasGeneration: true,
  emptyStatus: () => ({}),
  create: withoutClosed,
  update: withoutClosed,
});

export const resource: ResourceDescriptor<Deployment> = {
  name: 'deployments.apps',
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['scale', 'status'],
  model: 'io.k8s.api.apps.v1.Deployment',
  explain:
    'Runs a number of pods of one template, and rolls them over, step by step, when the template changes.',
  defaults,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: (next, previous) => [
    ...(previous ? [] : podNameWarnings(next.metadata.name)),
    ...(next.spec.template === previous?.spec.template || !next.spec.template
      ? []
      : podTemplateWarnings(next.spec.template, 'spec.template')),
  ],
  strategy: {
    ...strategy,
    // Annotations count as a change of what is wanted: they are copied to the ReplicaSet.
    prepareForUpdate(given, previous, context) {
      const next = strategy.prepareForUpdate(given, previous, context);
      const generation = previous.metadata.generation ?? 0;
      if (
        next.metadata.generation !== generation ||
        equalJson(next.metadata.annotations ?? {}, previous.metadata.annotations ?? {})
      ) {
        return next;
      }
      return put(next, 'metadata', put(next.metadata, 'generation', generation + 1));
    },
  },
  statusResetFields: [['spec'], ['metadata', 'labels']],
  statusStrategy: statusStrategy<Deployment>({
    validateUpdate: validateDeploymentStatusUpdate,
    keepsLabels: true,
  }),
  scale: {
    specReplicas: ({ spec }) => spec.replicas,
    statusReplicas: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => selectorFromLabelSelector(spec.selector).toString(),
    withReplicas: (object, replicas) => put(object, 'spec', put(object.spec, 'replicas', replicas)),
  },
  table: {
    columns: [
      nameColumn,
      column('Ready', 'Number of the pod with ready state'),
      column(
        'Up-to-date',
        'Total number of non-terminating pods targeted by this deployment that have the desired template spec.',
      ),
      column(
        'Available',
        'Total number of available non-terminating pods (ready for at least minReadySeconds) targeted by this deployment.',
      ),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
      column(
        'Selector',
        "Label selector for pods. Existing ReplicaSets whose pods are selected by this will be the ones affected by this deployment. It must match the pod template's labels.",
        { priority: 1 },
      ),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      `${status.readyReplicas ?? 0}/${spec.replicas}`,
      status.updatedReplicas ?? 0,
      status.availableReplicas ?? 0,
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template.spec.containers),
      selectorText(spec.selector),
    ],
  },
};
