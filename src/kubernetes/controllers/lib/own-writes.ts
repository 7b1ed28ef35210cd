// Which of a controller's own writes its informer has not shown yet, so that nothing is decided on a picture older than its own deeds.
// Upstream: staging/src/k8s.io/endpointslice/trackers/endpointslice_tracker.go.
import { keyOf, type KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';

const revisionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion);

/** Writes to objects of one informer, grouped by what they were made for (the key of a Service). */
export class OwnWrites<T extends KubeObject> {
  private readonly pending = new Map<string, Map<string, number>>();
  private readonly waiting = new Set<string>();

  /** `resume` is called for a group that {@link mustWait} held back, when its writes have shown. */
  constructor(
    private readonly informer: Informer<T>,
    private readonly resume: (group: string) => void,
  ) {}

  wrote(group: string, object: T): void {
    const seen = this.informer.get(keyOf(object));
    if (seen && revisionOf(seen) >= revisionOf(object)) return;
    this.expect(group, object, revisionOf(object));
  }

  removed(group: string, object: T): void {
    if (this.informer.get(keyOf(object))?.metadata.uid === object.metadata.uid) this.expect(group, object, Infinity);
  }

  /** Told of every event of the informer. Answers whether somebody else did it. */
  observed(group: string, object: T, isDeleted: boolean): boolean {
    const writes = this.pending.get(group);
    const expected = writes?.get(object.metadata.uid);
    if (!writes || expected === undefined) return true;
    if (!isDeleted && revisionOf(object) < expected) return false;
    writes.delete(object.metadata.uid);
    if (writes.size === 0) {
      this.pending.delete(group);
      if (this.waiting.delete(group)) this.resume(group);
    }
    return !isDeleted && revisionOf(object) > expected;
  }

  /** Whether to come back later; the group is resumed by itself then. */
  mustWait(group: string): boolean {
    if (!this.pending.has(group)) return false;
    this.waiting.add(group);
    return true;
  }

  private expect(group: string, object: T, revision: number): void {
    const writes = this.pending.get(group) ?? new Map<string, number>();
    writes.set(object.metadata.uid, revision);
    this.pending.set(group, writes);
  }
}
