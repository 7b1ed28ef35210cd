// Adopting what matches and is nobody's, releasing what matches no longer. Upstream: pkg/controller/controller_ref_manager.go.
import type { Selector } from '@/kubernetes/apimachinery/labels/labels.ts';
import { controllerOf, type KubeObject, type OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import { RetryError } from '@/kubernetes/client/work-queue.ts';
import type { Task } from '@/simulation/process/task.ts';

const ownerIndex = 'controllerUid';
const orphanKey = (namespace: string): string => `orphans of ${namespace}`;

/** Makes the informer answer {@link ownedBy} and {@link orphansIn}. */
export function indexByOwner<T extends KubeObject>(informer: Informer<T>): void {
  informer.addIndex(ownerIndex, (object) => [controllerOf(object)?.uid ?? orphanKey(object.metadata.namespace ?? '')]);
}

/** What the object of this uid controls. */
export function ownedBy<T extends KubeObject>(informer: Informer<T>, uid: string): readonly T[] {
  return informer.byIndex(ownerIndex, uid);
}

/** What nobody controls, in one namespace. */
export function orphansIn<T extends KubeObject>(informer: Informer<T>, namespace: string): readonly T[] {
  return informer.byIndex(ownerIndex, orphanKey(namespace));
}

/** The reference by which `owner` controls what it makes. */
export function controllerReference(owner: KubeObject, apiVersion: string, kind: string): OwnerReference {
  return {
    apiVersion,
    kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

const none: Readonly<Record<string, string>> = {};

export interface Claim<T extends KubeObject> {
  /** The claiming owner, as last seen. */
  readonly owner: KubeObject;
  readonly reference: OwnerReference;
  readonly selector: Selector;
  readonly client: ResourceClient<T>;
  /** The owner as it is now, not as a cache remembers it: asked before the first adoption. */
  freshOwner(): Task<KubeObject>;
  /** Told of each object adopted or released. */
  onChange?(object: T, change: 'adopted' | 'released'): void;
}

/**
 * Of `candidates` (owned by this owner, or orphans) those that are the owner's after adopting and releasing. Throws RetryError when
 * the owner turns out to be gone or replaced.
 */
export function* claim<T extends KubeObject>(candidates: readonly T[], options: Claim<T>): Task<readonly T[]> {
  const { owner, selector } = options;
  const claimed: T[] = [];
  let isOwnerChecked = false;
  // Objects of one template share their labels, so that most are the same as those before.
  let checked: object | undefined;
  let matches = false;
  for (const object of candidates) {
    const controller = controllerOf(object);
    const { labels = none } = object.metadata;
    if (labels !== checked) {
      checked = labels;
      matches = selector.matches(labels);
    }
    if (controller) {
      if (controller.uid !== owner.metadata.uid) continue;
      if (matches) claimed.push(object);
      else if (owner.metadata.deletionTimestamp === undefined) yield* release(object, options);
      continue;
    }
    if (owner.metadata.deletionTimestamp !== undefined || !matches || object.metadata.deletionTimestamp !== undefined)
      continue;
    if (!isOwnerChecked) {
      const fresh = yield* options.freshOwner();
      if (fresh.metadata.uid !== owner.metadata.uid)
        throw new RetryError(`${owner.kind} ${owner.metadata.name} was replaced`);
      if (fresh.metadata.deletionTimestamp !== undefined)
        throw new RetryError(`${owner.kind} ${owner.metadata.name} is being deleted`);
      isOwnerChecked = true;
    }
    if (yield* adopt(object, options)) claimed.push(object);
  }
  return claimed;
}

function* adopt<T extends KubeObject>(object: T, options: Claim<T>): Task<boolean> {
  const { name, namespace, uid } = object.metadata;
  const patch = { metadata: { ownerReferences: [options.reference], uid } };
  try {
    yield* options.client.patch(namespace ?? '', name, 'strategic', patch);
  } catch (error) {
    if (error instanceof StatusError && error.code === 404) return false;
    throw error;
  }
  options.onChange?.(object, 'adopted');
  return true;
}

function* release<T extends KubeObject>(object: T, options: Claim<T>): Task<void> {
  const { name, namespace, uid } = object.metadata;
  const patch = { metadata: { ownerReferences: [{ $patch: 'delete', uid: options.owner.metadata.uid }], uid } };
  try {
    yield* options.client.patch(namespace ?? '', name, 'strategic', patch);
  } catch (error) {
    // Gone, or another object under that name: either way it is not ours any more.
    if (!(error instanceof StatusError) || (error.code !== 404 && error.code !== 422)) throw error;
  }
  options.onChange?.(object, 'released');
}
