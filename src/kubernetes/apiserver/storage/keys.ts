// Where objects stand in etcd: `/registry/pods/default/web-1`, with upstream's few irregular places, for all who look at the keys.

/** Upstream: pkg/registry/core/rest/storage_core.go and the resource prefixes of pkg/kubeapiserver/default_storage_factory_builder.go. */
const irregular: Readonly<Record<string, string>> = {
  nodes: 'minions',
  services: 'services/specs',
  endpoints: 'services/endpoints',
  replicationcontrollers: 'controllers',
};

/** What a group is stored under when not by the plain plural; events of both groups are one resource. */
const prefixes = new Map<string, string>();

/** The prefix of all keys of a resource, with a slash at its end. Events of `events.k8s.io` are those of the core group. */
export function keyPrefix(group: string, plural: string): string {
  const name = `${group}/${plural}`;
  let prefix = prefixes.get(name);
  if (prefix === undefined) {
    prefix = `/registry/${group === '' ? (irregular[plural] ?? plural) : plural}/`;
    prefixes.set(name, prefix);
  }
  return prefix;
}

/** The key of one object below its resource's prefix. */
export function objectKey(prefix: string, namespace: string | undefined, name: string): string {
  return [prefix, namespace ? `${namespace}/` : '', name].join('');
}
