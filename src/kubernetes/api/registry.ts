// All served resources, one folder each; adding one touches no list.
import { collect } from '@/base/registry.ts';
import type { ResourceDescriptor } from './resource.ts';

/** Every resource, in order of its path. */
export const resources: readonly ResourceDescriptor[] = collect<ResourceDescriptor>(
  import.meta.glob('./*/*/*/*.resource.ts', { eager: true }),
  'resource',
);

const byPlural = new Map(resources.map((one) => [`${one.group}/${one.version}/${one.plural}`, one]));
const byKind = new Map(resources.map((one) => [`${one.group}/${one.version}/${one.kind}`, one]));

/** The resource with this plural name, or undefined when it is not served. The core group is ''. */
export function resourceFor(group: string, version: string, plural: string): ResourceDescriptor | undefined {
  return byPlural.get(`${group}/${version}/${plural}`);
}

/** The resource of this kind, or undefined when it is not served. */
export function resourceForKind(
  group: string,
  version: string,
  kind: string,
): ResourceDescriptor | undefined {
  return byKind.get(`${group}/${version}/${kind}`);
}
