// Subresources: ways into an object beside its main one, each with its own rules. One folder each.
import { collect, type Described } from '@/base/registry.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ApiResponse, Verb } from '../../../apimachinery/rest/rest.ts';
import type { ResourceRequest } from '../server.ts';

/** What one subresource says of itself. */
export interface SubresourceDescriptor extends Described {
  /** `pods/binding`, or a name without a slash for what any resource may have: `status`. */
  readonly name: string;
  readonly explain: string;
  readonly verbs: readonly Verb[];
  /** The kind of its body; absent: that of its resource. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
  /** Answers a request that was allowed. Absent: it is named in discovery and answered elsewhere, or not yet. */
  handle?(request: ResourceRequest): Task<ApiResponse>;
}

const subresources = collect<SubresourceDescriptor>(
  import.meta.glob('./*/*.subresource.ts', { eager: true }),
  'subresource',
);
const byName = new Map(subresources.map((one) => [one.name, one]));

/** The handler of a subresource; undefined when there is none. `resource` is `pods` or `deployments.apps`. */
export function subresourceFor(resource: string, subresource: string): SubresourceDescriptor | undefined {
  return byName.get(`${resource}/${subresource}`) ?? byName.get(subresource);
}
