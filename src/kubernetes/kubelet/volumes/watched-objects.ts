// ConfigMaps and Secrets that pods of this node use: each watched by itself for as long as a pod refers to it.
// Upstream: pkg/kubelet/util/manager/watch_based_manager.go.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { GroupVersionResource } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { Informer } from '@/kubernetes/client/informer.ts';

/** The object is not there, or could not be read in time. The text is upstream's. */
export class ObjectUnavailable extends Error {
  override readonly name = 'ObjectUnavailable';
  constructor(
    readonly isMissing: boolean,
    message: string,
  ) {
    super(message);
  }
}

interface Watched<T extends KubeObject> {
  readonly informer: Informer<T>;
  readonly holders: Set<string>;
}

const firstListWithin = seconds(1);

/** One kind of object. `changed` is called with the uids of the pods that hold an object that changed. */
export class WatchedObjects<T extends KubeObject> {
  private readonly watched = new Map<string, Watched<T>>();

  constructor(
    private readonly context: Context,
    private readonly client: Client,
    private readonly resource: GroupVersionResource,
    /** `configmap`, `secret`: the word in messages. */
    private readonly word: string,
    private readonly changed: (podUids: Iterable<string>) => void,
  ) {}

  /** The object as it is now; from then on the pod is its holder. Throws {@link ObjectUnavailable}. */
  *get(podUid: string, namespace: string, name: string): Task<T> {
    const key = `${namespace}/${name}`;
    let watched = this.watched.get(key);
    if (watched === undefined) {
      const informer = new Informer<T>(this.context, this.client, this.resource, { namespace, fieldSelector: `metadata.name=${name}` });
      const holders = new Set<string>();
      watched = { informer, holders };
      this.watched.set(key, watched);
      const tell = (): void => {
        if (informer.hasSynced) this.changed(holders);
      };
      informer.onChange({ added: tell, updated: tell });
      informer.start();
    }
    watched.holders.add(podUid);
    if (!watched.informer.hasSynced) yield* this.context.within(firstListWithin, watched.informer.waitForSync());
    if (!watched.informer.hasSynced) throw new ObjectUnavailable(false, `failed to sync ${this.word} cache: timed out waiting for the condition`);
    const object = watched.informer.get(key);
    if (object === undefined) throw new ObjectUnavailable(true, `${this.word} "${name}" not found`);
    return object;
  }

  /** The pod is gone; what nobody else holds is no longer watched. */
  release(podUid: string): void {
    for (const [key, watched] of this.watched) {
      if (!watched.holders.delete(podUid) || watched.holders.size > 0) continue;
      watched.informer.stop();
      this.watched.delete(key);
    }
  }
}
