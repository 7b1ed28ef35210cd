// What pods belong to: Services that choose them and the workload that owns them. From these the scheduler knows which pods are alike.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import {
  everything,
  selectorFromLabelSelector,
  selectorFromSet,
  Selector,
  type Labels,
} from '@/kubernetes/apimachinery/labels/labels.ts';
import { keyOf, type KubeObject, type LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';

/** A Service or ReplicationController. */
export interface Choosing extends KubeObject {
  readonly spec: { readonly selector?: Labels };
}

/** A ReplicaSet or StatefulSet. */
export interface Owning extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector };
}

type OwnerKind = 'ReplicationController' | 'ReplicaSet' | 'StatefulSet';

interface Answer {
  readonly version: number;
  readonly owner: string;
  readonly namespace: string;
  readonly selector: Selector;
}

export class Workloads {
  private readonly services = new Map<string, Map<string, Choosing>>();
  private readonly owners = new Map<string, Choosing | Owning>();
  /** By the labels of a template, which its pods share. */
  private readonly answers = new WeakMap<object, Answer>();
  private version = 0;

  setService(service: Choosing, isGone = false): void {
    const { namespace = '', name } = service.metadata;
    const members = this.services.get(namespace) ?? new Map<string, Choosing>();
    this.services.set(namespace, members);
    if (members.get(name)?.spec.selector === service.spec.selector && !isGone) return;
    if (isGone) members.delete(name);
    else members.set(name, service);
    this.version++;
  }

  setOwner(kind: OwnerKind, owner: Choosing | Owning, isGone = false): void {
    const key = `${kind}/${keyOf(owner)}`;
    if (this.owners.get(key)?.spec.selector === owner.spec.selector && !isGone) return;
    if (isGone) this.owners.delete(key);
    else this.owners.set(key, owner);
    this.version++;
  }

  /** What chooses the pods that are alike to this one; everything when nothing does. Upstream: plugins/helper/spread.go (DefaultSelector). */
  selectorOf(pod: Pod): Selector {
    const { labels, namespace = '', ownerReferences } = pod.metadata;
    const reference = ownerReferences?.find(({ controller }) => controller);
    const owner = reference ? `${reference.kind}/${namespace}/${reference.name}` : '';
    const known = labels && this.answers.get(labels);
    if (known && known.version === this.version && known.owner === owner && known.namespace === namespace)
      return known.selector;
    const selector = this.computed(labels, namespace, owner);
    if (labels) this.answers.set(labels, { version: this.version, owner, namespace, selector });
    return selector;
  }

  private computed(labels: Labels | undefined, namespace: string, ownerKey: string): Selector {
    let set: Labels = {};
    for (const { spec } of this.services.get(namespace)?.values() ?? []) {
      if (
        spec.selector &&
        Object.keys(spec.selector).length > 0 &&
        selectorFromSet(spec.selector).matches(labels)
      )
        set = { ...set, ...spec.selector };
    }
    const owner = this.owners.get(ownerKey);
    if (owner && ownerKey.startsWith('ReplicationController/'))
      return selectorFromSet({ ...set, ...(owner as Choosing).spec.selector });
    const own = owner ? selectorFromLabelSelector((owner as Owning).spec.selector) : everything;
    const requirements = [...selectorFromSet(set).requirements, ...own.requirements];
    return requirements.length === 0 ? everything : new Selector(requirements);
  }
}
