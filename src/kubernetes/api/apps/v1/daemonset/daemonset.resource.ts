// DaemonSets: a pod on every node. Upstream: pkg/registry/apps/daemonset.
import { equalJson } from '@/base/json.ts';
import { withoutClosedTemplateFields } from '@/kubernetes/api/core/v1/podspec/closed-gates.ts';
import { defaultPodTemplate } from '@/kubernetes/api/core/v1/podspec/defaults.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/podspec/types.ts';
import { podTemplateWarnings } from '@/kubernetes/api/core/v1/podspec/warnings.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, containerCells, labelsText, nameColumn, selectorText } from '../../../columns.ts';
import { at, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { templateGenerationAnnotation, type DaemonSet, type DaemonSetUpdateStrategy } from './types.ts';
import { validateDaemonSet, validateDaemonSetStatusUpdate, validateDaemonSetUpdate } from './validation.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;
const noneScheduled = {
  currentNumberScheduled: 0,
  numberMisscheduled: 0,
  desiredNumberScheduled: 0,
  numberReady: 0,
};

function defaults(object: DaemonSet): DaemonSet {
  let spec = fill(object.spec ?? {}, { updateStrategy: { type: 'RollingUpdate' }, revisionHistoryLimit: 10 });
  spec = put(spec, 'updateStrategy', defaultStrategy(spec.updateStrategy));
  const next = put(object, 'spec', put(spec, 'template', defaultPodTemplate(spec.template ?? noTemplate)));
  const counted = next.metadata.annotations?.[templateGenerationAnnotation] !== undefined;
  return fill(counted ? next : withTemplateGeneration(next, 0), { status: noneScheduled });
}

function defaultStrategy(given: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const strategy = fill(given, { type: 'RollingUpdate' });
  if (strategy.type !== 'RollingUpdate') return strategy;
  const rolling = fill(strategy, { rollingUpdate: {} as never });
  return at(rolling, 'rollingUpdate', (limits) => fill(limits, { maxUnavailable: 1, maxSurge: 0 }));
}

function withTemplateGeneration(object: DaemonSet, generation: number): DaemonSet {
  const text = String(generation);
  const { annotations } = object.metadata;
  if (annotations?.[templateGenerationAnnotation] === text) return object;
  const next = { ...annotations, [templateGenerationAnnotation]: text };
  return put(object, 'metadata', { ...object.metadata, annotations: next });
}

const templateGenerationOf = ({ metadata }: DaemonSet): number =>
  Number(metadata.annotations?.[templateGenerationAnnotation] ?? 0) || 0;

const withoutClosed = (object: DaemonSet): DaemonSet =>
  put(object, 'spec', at(object.spec, 'template', withoutClosedTemplateFields));

export const resource: ResourceDescriptor<DaemonSet> = {
  name: 'daemonsets.apps',
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['status'],
  model: 'io.k8s.api.apps.v1.DaemonSet',
  explain: 'Runs one pod of a template on every node that fits, and on each new one as it joins.',
  defaults,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  warnings: (next, previous) =>
    next.spec.template === previous?.spec.template ? [] : podTemplateWarnings(next.spec.template, 'spec.template'),
  strategy: specStrategy<DaemonSet>({
    hasGeneration: true,
    emptyStatus: () => noneScheduled,
    create: (object) => withTemplateGeneration(withoutClosed(object), Math.max(1, templateGenerationOf(object))),
    update(object, previous) {
      const next = withoutClosed(object);
      const generation = templateGenerationOf(previous);
      const isSame = equalJson(next.spec.template, previous.spec.template);
      return withTemplateGeneration(next, isSame ? generation : generation + 1);
    },
  }),
  statusStrategy: statusStrategy<DaemonSet>({ validateUpdate: validateDaemonSetStatusUpdate }),
  table: {
    columns: [
      nameColumn,
      column(
        'Desired',
        'The total number of nodes that should be running the daemon pod (including nodes correctly running the daemon pod). More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
        { type: 'integer' },
      ),
      column(
        'Current',
        'The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/',
        { type: 'integer' },
      ),
      column(
        'Ready',
        'numberReady is the number of nodes that should be running the daemon pod and have one or more of the daemon pod running with a Ready Condition.',
        { type: 'integer' },
      ),
      column('Up-to-date', 'The total number of nodes that are running updated daemon pod', { type: 'integer' }),
      column(
        'Available',
        'The number of nodes that should be running the daemon pod and have one or more of the daemon pod running and available (ready for at least spec.minReadySeconds)',
        { type: 'integer' },
      ),
      column(
        'Node Selector',
        "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match a node's labels for the pod to be scheduled on that node. More info: https://kubernetes.io/docs/concepts/configuration/assign-pod-node/",
      ),
      ageColumn,
      column('Containers', 'Names of each container in the template.', { priority: 1 }),
      column('Images', 'Images referenced by each container in the template.', { priority: 1 }),
      column(
        'Selector',
        "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It must match the pod template's labels. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors",
        { priority: 1 },
      ),
    ],
    cells: ({ metadata, spec, status }, now) => [
      metadata.name,
      status.desiredNumberScheduled,
      status.currentNumberScheduled,
      status.numberReady,
      status.updatedNumberScheduled ?? 0,
      status.numberAvailable ?? 0,
      labelsText(spec.template.spec.nodeSelector),
      age(metadata.creationTimestamp, now),
      ...containerCells(spec.template.spec.containers),
      selectorText(spec.selector),
    ],
  },
};
