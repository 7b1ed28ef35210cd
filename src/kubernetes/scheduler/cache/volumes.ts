// Volumes, claims and classes as the scheduler sees them, with what it has promised and others do not know of yet.
// Upstream: pkg/scheduler/framework/plugins/volumebinding (assume_cache.go).
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import { classOf } from '@/kubernetes/api/core/v1/persistentvolume/matching.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { StorageClass } from '@/kubernetes/api/storage/v1/storageclass/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';

const none: ReadonlyMap<string, PersistentVolume> = new Map();

export class ClusterVolumes {
  private readonly volumes = new Map<string, PersistentVolume>();
  /** Those that may still be had, by class. */
  private readonly open = new Map<string, Map<string, PersistentVolume>>();
  private readonly claims = new Map<string, PersistentVolumeClaim>();
  private readonly classes = new Map<string, StorageClass>();
  /** Volumes promised to claims, by name. */
  private readonly promised = new Map<string, string>();
  private readonly waiting = new Map<string, Promised<void>>();

  volume(name: string): PersistentVolume | undefined {
    return this.volumes.get(name);
  }

  claim(key: string): PersistentVolumeClaim | undefined {
    return this.claims.get(key);
  }

  storageClass(claim: PersistentVolumeClaim): StorageClass | undefined {
    return this.classes.get(classOf(claim));
  }

  /** Volumes of the claim's class that are not bound. */
  candidates(claim: PersistentVolumeClaim): Iterable<PersistentVolume> {
    return (this.open.get(classOf(claim)) ?? none).values();
  }

  /** The volumes that are promised to other claims. */
  promisedToOthers(key: string): ReadonlySet<string> {
    const names = new Set<string>();
    for (const [name, owner] of this.promised) if (owner !== key) names.add(name);
    return names;
  }

  promise(volume: string, claim: string): void {
    this.promised.set(volume, claim);
  }

  takeBack(volume: string): void {
    this.promised.delete(volume);
  }

  setVolume(volume: PersistentVolume): void {
    const { name } = volume.metadata;
    this.close(name);
    this.volumes.set(name, volume);
    if (volume.status.phase === 'Bound') {
      this.promised.delete(name);
      return;
    }
    const storageClass = classOf(volume);
    let members = this.open.get(storageClass);
    if (!members) this.open.set(storageClass, (members = new Map()));
    members.set(name, volume);
  }

  removeVolume({ metadata }: PersistentVolume): void {
    this.close(metadata.name);
    this.volumes.delete(metadata.name);
    this.promised.delete(metadata.name);
  }

  private close(name: string): void {
    const known = this.volumes.get(name);
    if (known) this.open.get(classOf(known))?.delete(name);
  }

  setClaim(claim: PersistentVolumeClaim, isGone = false): void {
    const key = keyOf(claim);
    if (isGone) this.claims.delete(key);
    else this.claims.set(key, claim);
    const waiting = this.waiting.get(key);
    this.waiting.delete(key);
    waiting?.resolve(undefined);
  }

  setClass(storageClass: StorageClass, isGone = false): void {
    if (isGone) this.classes.delete(storageClass.metadata.name);
    else this.classes.set(storageClass.metadata.name, storageClass);
  }

  /** Waits until something changes about the claim. */
  *change(key: string): Task<void> {
    let waiting = this.waiting.get(key);
    if (!waiting) this.waiting.set(key, (waiting = new Promised<void>()));
    yield* waiting.wait();
  }
}

/** Whether both sides of a binding are written. */
export function isBound({ metadata, spec }: PersistentVolumeClaim): boolean {
  return Boolean(spec.volumeName) && metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined;
}
