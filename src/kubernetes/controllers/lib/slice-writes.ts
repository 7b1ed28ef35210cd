// Carrying out changes of EndpointSlices for a controller that owns them, in upstream's order: create, update, delete.
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import { keyOf, type NewObject, type ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { ResourceClient } from '@/kubernetes/client/client.ts';
import type { Informer, InformerFactory } from '@/kubernetes/client/informer.ts';
import { endpointSlicesResource } from '@/kubernetes/client/resources.ts';
import type { Task } from '@/simulation/process/task.ts';
import { managedByLabel, serviceNameLabel, type SliceChanges } from './endpoint-slices.ts';
import { OwnWrites } from './own-writes.ts';
import { isNamespaceTerminating, isNotFound } from './pod-control.ts';

const serviceIndex = 'service';

/** The slices that one controller manages, and its writes to them. */
export class ManagedSlices {
  readonly informer: Informer<EndpointSlice>;
  private readonly writes: OwnWrites<EndpointSlice>;

  /** `enqueue` is called with the Service's key when somebody else touched one of its slices, or when held back work may go on. */
  constructor(
    informers: InformerFactory,
    private readonly client: ResourceClient<EndpointSlice>,
    private readonly manager: string,
    enqueue: (serviceKey: string) => void,
  ) {
    this.informer = informers.informer<EndpointSlice>(endpointSlicesResource);
    this.informer.addIndex(serviceIndex, (slice) => [
      `${slice.metadata.labels?.[managedByLabel]} ${serviceKeyOf(slice)}`,
    ]);
    this.writes = new OwnWrites(this.informer, enqueue);
    const observe = (slice: EndpointSlice, isDeleted: boolean): void => {
      if (slice.metadata.labels?.[managedByLabel] !== manager) return;
      const key = serviceKeyOf(slice);
      if (this.writes.observed(key, slice, isDeleted)) enqueue(key);
    };
    this.informer.onChange({
      added: (slice) => observe(slice, false),
      updated: (next, previous) => {
        observe(next, false);
        const { labels } = previous.metadata;
        const isHandedOver =
          serviceKeyOf(next) !== serviceKeyOf(previous) ||
          labels?.[managedByLabel] !== next.metadata.labels?.[managedByLabel];
        if (isHandedOver && labels?.[managedByLabel] === manager) enqueue(serviceKeyOf(previous));
      },
      deleted: (slice) => observe(slice, true),
    });
  }

  of(serviceKey: string): readonly EndpointSlice[] {
    return this.informer
      .byIndex(serviceIndex, `${this.manager} ${serviceKey}`)
      .filter((slice) => slice.metadata.deletionTimestamp === undefined);
  }

  /** Whether the informer has yet to show what this controller wrote for the Service. */
  mustWait(serviceKey: string): boolean {
    return this.writes.mustWait(serviceKey);
  }

  /** `metadata` is that of new slices; `annotate` is applied to the annotations of all that are written. */
  *carryOut(
    serviceKey: string,
    changes: SliceChanges,
    metadata: Partial<ObjectMeta> & { readonly namespace: string },
    annotate: (annotations: ObjectMeta['annotations']) => ObjectMeta['annotations'],
  ): Task<void> {
    for (const draft of changes.create) {
      const slice: NewObject<EndpointSlice> = {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        ...draft,
        metadata: { ...metadata, annotations: annotate(metadata.annotations) },
      };
      try {
        this.writes.wrote(serviceKey, yield* this.client.create(metadata.namespace, slice));
      } catch (error) {
        if (isNamespaceTerminating(error)) return;
        throw error;
      }
    }
    for (const slice of changes.update) {
      const annotations = annotate(slice.metadata.annotations);
      this.writes.wrote(
        serviceKey,
        yield* this.client.update({ ...slice, metadata: { ...slice.metadata, annotations } }),
      );
    }
    for (const slice of changes.remove) {
      try {
        yield* this.client.delete(slice.metadata.namespace ?? '', slice.metadata.name);
        this.writes.removed(serviceKey, slice);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  }
}

export function serviceKeyOf(slice: EndpointSlice): string {
  return keyOf({
    metadata: { name: slice.metadata.labels?.[serviceNameLabel] ?? '', namespace: slice.metadata.namespace },
  });
}
