// All that discovery names: the served resources, and those that are only asked and never stored. Groups stand in upstream's order.
import type { Verb } from '../../apimachinery/rest/rest.ts';
import { resources as stored } from '../../api/registry.ts';
import type { ResourceDescriptor } from '../../api/resource.ts';
import { questions } from '../registry/questions/question.ts';
import { sha256 } from '@/base/sha256.ts';
import { toBase64 } from '@/base/base64.ts';
import { utf8Bytes } from '@/base/utf8.ts';

/** What discovery says of a resource. */
export interface ListedResource extends Pick<
  ResourceDescriptor,
  'name' | 'group' | 'version' | 'kind' | 'plural' | 'singular' | 'shortNames' | 'categories' | 'scope' | 'subresources'
> {
  readonly verbs: readonly Verb[];
  /** Absent for what is answered and not kept. */
  readonly isStored?: boolean;
  readonly storedAs?: ResourceDescriptor['storedAs'];
}

const preferredOrder: readonly string[] = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

/** Every served resource. */
export const listedResources: readonly ListedResource[] = stored.map((descriptor) => ({
  ...descriptor,
  isStored: true,
}));

/** Resources that take a question and keep nothing. */
export const virtualResources: readonly ListedResource[] = questions.map((one) => ({
  ...one,
  shortNames: [],
  categories: [],
  subresources: [],
  verbs: ['create'],
}));

const everything: readonly ListedResource[] = [...listedResources, ...virtualResources];

/** The names of all groups but the core one. */
export function groupOrder(): readonly string[] {
  const names = new Set(everything.map(({ group }) => group).filter((group) => group !== ''));
  const place = (group: string): number =>
    preferredOrder.includes(group) ? preferredOrder.indexOf(group) : preferredOrder.length;
  return [...names].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** The versions of a group, the preferred one first. */
export function allVersions(group: string): readonly string[] {
  const versions = new Set(everything.filter((one) => one.group === group).map(({ version }) => version));
  return [...versions].sort((a, b) => a.length - b.length || (a < b ? 1 : -1));
}

/** The hash by which clients see that a kind is stored in another version. Upstream: discovery.StorageVersionHash. */
export function discoveryHash({ group, version, kind, storedAs }: ListedResource): string {
  const text = storedAs ? `${storedAs.group}/${storedAs.version}/${kind}` : `${group}/${version}/${kind}`;
  return toBase64(sha256(utf8Bytes(text)).subarray(0, 8));
}
