// StatefulSets: pods with an identity. Upstream: pkg/registry/apps/statefulset.
import { selectorFromLabelSelector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { withoutClosedTemplateFields } from '@/kubernetes/api/core/v1/podspec/closed-gates.ts';
import { defaultPodTemplate } from '@/kubernetes/api/core/v1/podspec/defaults.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { podTemplateWarnings } from '@/kubernetes/api/core/v1/podspec/warnings.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, containerCells, nameColumn } from '../../../columns.ts';
import { at, each, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy, VolumeClaimTemplate } from './types.ts';
import { validateStatefulSet, validateStatefulSetStatusUpdate, validateStatefulSetUpdate } from './validation.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;
const noReplicas = { replicas: 0, availableReplicas: 0 };

function defaults(object: StatefulSet): StatefulSet {
  let spec: StatefulSetSpec = fill(object.spec ?? {}, {
    replicas: 1,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate' },
    revisionHistoryLimit: 10,
    serviceName: '',
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  });
  spec = put(spec, 'updateStrategy', defaultStrategy(spec.updateStrategy));
  spec = at(spec, 'persistentVolumeClaimRetentionPolicy', (policy) =>
    fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
  );
  spec = at(spec, 'volumeClaimTemplates', (claims) => each(claims, defaultClaim));
  return fill(put(object, 'spec', put(spec, 'template', defaultPodTemplate(spec.template ?? noTemplate))), {
    status: noReplicas,
  });
}

function defaultStrategy(given: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const strategy = fill(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  return at(fill(strategy, { rollingUpdate: {} }), 'rollingUpdate', (rolling) => fill(rolling, { partition: 0 }));
}

function defaultClaim(given: VolumeClaimTemplate): VolumeClaimTemplate {
  const claim = fill(given, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: '' },
    spec: {},
    status: {},
  });
  const withMode = at(claim, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' }));
  return at(withMode, 'status', (status) => fill(status, { phase: 'Pending' }));
}

const withoutClosed = (object: StatefulSet): StatefulSet =>
  put(object, 'spec', at(object.spec, 'template', withoutClosedTemplateFields));

export const resource: ResourceDescriptor<StatefulSet> = {
  name: 'statefulsets.apps',
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['scale', 'status'],
  model: 'io.k8s.api.apps.v1.StatefulSet',
  explain: 'Runs pods that keep their names and volumes, and starts, updates and stops them one after another.',
  defaults,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings: (next, previous) => [
    ...(next.spec.template === previous?.spec.template ? [] : podTemplateWarnings(next.spec.template, 'spec.template')),
    ...(next.spec.revisionHistoryLimit < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ],
  strategy: specStrategy<StatefulSet>({
    hasGeneration: true,
    emptyStatus: () => noReplicas,
    create: withoutClosed,
    update: withoutClosed,
  }),
  statusStrategy: statusStrategy<StatefulSet>({ validateUpdate: validateStatefulSetStatusUpdate }),
  scale: {
    specReplicas: ({ spec }) => spec.replicas,
    statusReplicas: ({ status }) => status.replicas,
    selector: ({ spec }) => selectorFromLabelSelector(spec.selector).toString(),
    withReplicas: (object, replicas) => put(object, 'spec', put(object.spec, 'replicas', replicas)),
  },
  table: {
    columns: [
      nameColumn,
      column('Ready', 'Number of the pod with ready state'),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      `${status.readyReplicas ?? 0}/${spec.replicas}`,
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template.spec.containers),
    ],
  },
};
