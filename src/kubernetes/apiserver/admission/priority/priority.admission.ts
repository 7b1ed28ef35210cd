// Turns the name of a priority class into a pod's priority, and keeps at most one class the default. Upstream: plugin/pkg/admission/priority.
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import type { Pod } from '../../../api/core/v1/pod/types.ts';
import type { PodSpec } from '../../../api/core/v1/podspec/types.ts';
import type { PriorityClass } from '../../../api/scheduling/v1/priorityclass/types.ts';
import type { AdmissionAccess, AdmissionAttributes, AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';

interface Priority {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: NonNullable<PodSpec['preemptionPolicy']>;
}

const systemClasses: ReadonlySet<string> = new Set(['system-cluster-critical', 'system-node-critical']);
const noClass: Priority = { name: '', value: 0, preemptionPolicy: 'PreemptLowerPriority' };

/** What was made of a spec last time, and from which class. */
const known = new WeakMap<PodSpec, { readonly from: PriorityClass | undefined; readonly spec: PodSpec }>();

export const plugin: AdmissionDescriptor = {
  name: 'Priority',
  explain: 'Works out a pod’s priority from its priority class, and keeps the system’s own classes.',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: ['pods', 'priorityclasses.scheduling.k8s.io'],
  admit(attributes, access) {
    const { operation, resource, name, object } = attributes;
    if (operation === 'DELETE') {
      // Differs: upstream refuses it in the kind's storage, in the same words.
      if (resource.plural === 'priorityclasses' && systemClasses.has(name)) throw refusal(attributes, 'this is a system priority class and cannot be deleted');
      return object;
    }
    if (resource.plural !== 'pods') return object;
    const pod = attributes.object as Pod;
    if (attributes.operation === 'UPDATE') return asBefore(pod, attributes.previous as Pod);
    const from = classOf(attributes, pod.spec, access);
    let made = known.get(pod.spec);
    if (!made || made.from !== from) {
      made = { from, spec: withPriority(attributes, pod.spec, priorityOf(from)) };
      known.set(pod.spec, made);
    }
    return made.spec === pod.spec ? pod : ({ ...pod, spec: made.spec } as KubeObject);
  },
  validate(attributes, access) {
    if (attributes.resource.plural !== 'priorityclasses' || attributes.operation === 'DELETE') return;
    const wanted = attributes.object as PriorityClass;
    if (!wanted.globalDefault) return;
    const other = defaultClass(access);
    if (!other || other.metadata.name === wanted.metadata.name) return;
    throw refusal(
      attributes,
      `PriorityClass ${other.metadata.name} is already marked as default. Only one default can exist`,
    );
  },
};

/** An update that leaves the priority out means the one that the pod has. */
function asBefore(pod: Pod, previous: Pod): Pod {
  const { priority, preemptionPolicy } = previous.spec;
  if (pod.spec.priority !== undefined && pod.spec.preemptionPolicy !== undefined) return pod;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      priority: pod.spec.priority ?? priority,
      preemptionPolicy: pod.spec.preemptionPolicy ?? preemptionPolicy,
    },
  };
}

function classOf(attributes: AdmissionAttributes, spec: PodSpec, access: AdmissionAccess): PriorityClass | undefined {
  const name = spec.priorityClassName;
  if (!name) return defaultClass(access);
  const found = access.get('scheduling.k8s.io', 'priorityclasses', '', name);
  if (!found) throw refusal(attributes, `no PriorityClass with name ${name} was found`);
  return found as PriorityClass;
}

/** The class for pods that name none: of several defaults the lowest. */
function defaultClass(access: AdmissionAccess): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const object of access.list('scheduling.k8s.io', 'priorityclasses')) {
    const candidate = object as PriorityClass;
    if (candidate.globalDefault && (!lowest || candidate.value < lowest.value)) lowest = candidate;
  }
  return lowest;
}

function priorityOf(from: PriorityClass | undefined): Priority {
  if (!from) return noClass;
  return {
    name: from.metadata.name,
    value: from.value,
    preemptionPolicy: from.preemptionPolicy ?? 'PreemptLowerPriority',
  };
}

function withPriority(
  attributes: AdmissionAttributes,
  spec: PodSpec,
  { name, value, preemptionPolicy }: Priority,
): PodSpec {
  const computed = `priority admission controller computed`;
  if (spec.priority !== undefined && spec.priority !== value) {
    throw refusal(
      attributes,
      `the integer value of priority (${spec.priority}) must not be provided in pod spec; ${computed} ${value} from the given PriorityClass name`,
    );
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    throw refusal(
      attributes,
      `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; ${computed} ${preemptionPolicy} from the given PriorityClass name`,
    );
  }
  return { ...spec, ...(name === '' ? {} : { priorityClassName: name }), priority: value, preemptionPolicy };
}
