// A resource as this server serves it: its descriptor, where it stands in etcd, and who watches it.
import type { Context } from '@/simulation/process/process.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import type { ResourceDescriptor } from '../../api/resource.ts';
import type { EtcdClient, KeyValue } from '../../etcd/etcd.ts';
import { keyPrefix, objectKey } from '../storage/keys.ts';
import { WatchCache } from '../storage/watch-cache.ts';

/** See {@link Server.served}. */
export class ServedResource {
  readonly prefix: string;
  readonly isNamespaced: boolean;
  readonly apiVersion: string;
  readonly listKind: string;
  private cache: WatchCache | undefined;
  private lastAsked: { readonly object: KubeObject; readonly fields: Readonly<Record<string, string>> } | undefined;
  private askedBefore: typeof this.lastAsked;

  constructor(
    readonly descriptor: ResourceDescriptor,
    private readonly context: Context,
    private readonly etcd: EtcdClient,
  ) {
    this.prefix = keyPrefix(
      descriptor.storedAs?.group ?? descriptor.group,
      descriptor.storedAs?.plural ?? descriptor.plural,
    );
    this.isNamespaced = descriptor.scope === 'Namespaced';
    this.apiVersion = descriptor.group === '' ? descriptor.version : `${descriptor.group}/${descriptor.version}`;
    this.listKind = `${descriptor.kind}List`;
  }

  /** `pods`, `deployments.apps`: as messages name it. */
  get groupResource(): { readonly group: string; readonly resource: string } {
    return { group: this.descriptor.group, resource: this.descriptor.plural };
  }

  get groupKind(): { readonly group: string; readonly kind: string } {
    return { group: this.descriptor.group, kind: this.descriptor.kind };
  }

  key(namespace: string | undefined, name: string): string {
    return objectKey(this.prefix, this.isNamespaced ? namespace : undefined, name);
  }

  read(namespace: string | undefined, name: string): KubeObject | undefined {
    const entry = this.etcd.get(this.key(namespace, name));
    return entry && this.present(entry);
  }

  /** The object of an etcd entry in this resource's version. */
  present(entry: KeyValue): KubeObject {
    const stored = entry.value as KubeObject;
    return this.descriptor.storedAs ? this.descriptor.storedAs.fromStored(stored) : stored;
  }

  /** The form in which an object of this resource is stored. */
  stored(object: KubeObject): KubeObject {
    return this.descriptor.storedAs ? this.descriptor.storedAs.toStored(object) : object;
  }

  /** The value of a field that selectors may name; undefined when the object has no such field. */
  fieldOf(object: KubeObject, field: string): string | undefined {
    if (field === 'metadata.name') return object.metadata.name;
    if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
    return this.ownFields(object)?.[field];
  }

  /** The two states of one change are asked for many times in a row. */
  private ownFields(object: KubeObject): Readonly<Record<string, string>> | undefined {
    const { selectableFields } = this.descriptor;
    if (!selectableFields) return undefined;
    if (this.lastAsked?.object === object) return this.lastAsked.fields;
    const found = this.askedBefore?.object === object ? this.askedBefore : { object, fields: selectableFields(object) };
    this.askedBefore = this.lastAsked;
    this.lastAsked = found;
    return found.fields;
  }

  /** All fields that selectors may name. */
  fieldsOf(object: KubeObject): Readonly<Record<string, string>> {
    const { name, namespace } = object.metadata;
    const own = { 'metadata.name': name, ...(this.isNamespaced ? { 'metadata.namespace': namespace ?? '' } : {}) };
    return this.descriptor.selectableFields ? { ...own, ...this.descriptor.selectableFields(object) } : own;
  }

  get watches(): WatchCache {
    const { storedAs } = this.descriptor;
    return (this.cache ??= new WatchCache({
      context: this.context,
      etcd: this.etcd,
      prefix: this.prefix,
      apiVersion: this.apiVersion,
      kind: this.descriptor.kind,
      fieldOf: (object, field) => this.fieldOf(object, field),
      ...(storedAs ? { present: (object: KubeObject) => storedAs.fromStored(object) } : {}),
    }));
  }
}
