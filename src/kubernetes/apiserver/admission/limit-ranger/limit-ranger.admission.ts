// Gives containers the requests and limits of their namespace's limit ranges, and refuses what is outside of their bounds.
// Upstream: plugin/pkg/admission/limitranger/admission.go.
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import type { ResourceList } from '../../../apimachinery/resources/resources.ts';
import type { LimitRange, LimitRangeItem } from '../../../api/core/v1/limitrange/types.ts';
import type { Container, PodSpec } from '../../../api/core/v1/podspec/types.ts';
import type { Pod } from '../../../api/core/v1/pod/types.ts';
import type { AdmissionAccess, AdmissionAttributes, AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';
import { claimProblems, podProblems } from './constraints.ts';

const annotation = 'kubernetes.io/limit-ranger';

type Claim = KubeObject & { readonly spec?: { readonly resources?: { readonly requests?: ResourceList } } };

/** What was made of a spec last time, and by which ranges: pods of one template share their spec. */
const known = new WeakMap<PodSpec, { readonly by: readonly LimitRange[]; readonly made: Made }>();

interface Made {
  readonly spec: PodSpec;
  /** `cpu request for container web`, one for each container and list. */
  readonly notes: readonly string[];
}

export const plugin: AdmissionDescriptor = {
  name: 'LimitRanger',
  explain: 'Gives containers the defaults of their namespace, and refuses what is larger or smaller than it allows.',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods', 'persistentvolumeclaims'],
  admit(attributes, access) {
    const { object, resource, operation } = attributes;
    if (resource.name !== 'pods' || operation !== 'CREATE' || !object) return object;
    const ranges = rangesOf(attributes, access);
    if (ranges.length === 0) return object;
    const pod = object as Pod;
    const { spec, notes } = withDefaults(pod.spec, ranges);
    if (notes.length === 0) return object;
    const text = `LimitRanger plugin set: ${notes.join('; ')}`;
    const annotations = { ...pod.metadata.annotations, [annotation]: text };
    return { ...pod, metadata: { ...pod.metadata, annotations }, spec } as KubeObject;
  },
  validate(attributes, access) {
    const { object, resource, operation } = attributes;
    const isPod = resource.name === 'pods';
    if (!object || (isPod && operation === 'UPDATE')) return;
    const items = rangesOf(attributes, access).flatMap(({ spec }) => spec.limits ?? []);
    if (items.length === 0) return;
    const problems = isPod
      ? podProblems((object as Pod).spec, items)
      : claimProblems((object as Claim).spec?.resources?.requests, items);
    const texts = [...new Set(problems)];
    if (texts.length > 0) throw refusal(attributes, texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  },
};

function rangesOf({ namespace }: AdmissionAttributes, access: AdmissionAccess): readonly LimitRange[] {
  return [...access.list('', 'limitranges', namespace)] as LimitRange[];
}

function withDefaults(spec: PodSpec, ranges: readonly LimitRange[]): Made {
  const before = known.get(spec);
  if (before && before.by.length === ranges.length && before.by.every((range, at) => range === ranges[at])) return before.made;
  const notes: string[] = [];
  let next = spec;
  for (const range of ranges) next = filled(next, (range.spec.limits ?? []).filter(({ type }) => type === 'Container'), notes);
  const made = { spec: next, notes };
  known.set(spec, { by: ranges, made });
  return made;
}

function filled(spec: PodSpec, items: readonly LimitRangeItem[], notes: string[]): PodSpec {
  const defaults = {
    requests: Object.assign({}, ...items.map((item) => item.defaultRequest)) as ResourceList,
    limits: Object.assign({}, ...items.map((item) => item.default)) as ResourceList,
  };
  const fill = (containers: readonly Container[], what: string): readonly Container[] =>
    containers.map((container) => {
      let resources = container.resources ?? {};
      for (const list of ['requests', 'limits'] as const) {
        const given: ResourceList = resources[list] ?? {};
        const added = Object.keys(defaults[list]).filter((name) => given[name] === undefined);
        if (added.length === 0) continue;
        resources = { ...resources, [list]: { ...defaults[list], ...given } };
        notes.push(`${added.sort().join(', ')} ${list.slice(0, -1)} for ${what} ${container.name}`);
      }
      return resources === container.resources ? container : { ...container, resources };
    });
  const before = notes.length;
  const containers = fill(spec.containers, 'container');
  const initContainers = spec.initContainers && fill(spec.initContainers, 'init container');
  if (notes.length === before) return spec;
  return { ...spec, containers, ...(initContainers ? { initContainers } : {}) };
}
