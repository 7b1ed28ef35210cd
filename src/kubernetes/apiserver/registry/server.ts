// What the handlers of requests share: the server's parts, and one request resolved to its resource and its user.
import type { Context } from '@/simulation/process/process.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Duration } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import type { ApiRequest, UserInfo } from '../../apimachinery/rest/rest.ts';
import type { EtcdClient } from '../../etcd/etcd.ts';
import type { AdmissionChain } from '../admission/admission.ts';
import type { EscalationGuard } from '../authorization/rbac/escalation.ts';
import type { ServiceAllocator } from './services/service-allocator.ts';
import type { ServedResource } from './served-resource.ts';

/** The API server's parts, for handlers. */
export interface Server {
  readonly context: Context;
  readonly etcd: EtcdClient;
  readonly admission: AdmissionChain;
  readonly services: ServiceAllocator;
  /** Refuses roles and bindings that give away more than their writer has. */
  readonly escalation: EscalationGuard;
  /** Chance for uids and for generated names. */
  readonly uids: Random;
  readonly names: Random;
  /** A served resource of a group in its preferred version. */
  served(group: string, plural: string): ServedResource | undefined;
  /** An etcd lease of about that length, shared by what is written at about the same time. */
  lease(span: Duration): Task<number>;
}

/** One request, resolved. */
export interface ResourceRequest {
  readonly server: Server;
  readonly resource: ServedResource;
  readonly request: ApiRequest;
  readonly user: UserInfo;
  readonly isDryRun: boolean;
  /** Texts for Warning headers, in order. */
  readonly warnings: string[];
}

/** `Kind/namespace/name`, as occurrences name objects. */
export function subjectOf(kind: string, object: KubeObject): string {
  const { namespace, name } = object.metadata;
  // Joined, not concatenated: it is kept, and the pieces of a concatenated text would be kept with it.
  return (namespace ? [kind, namespace, name] : [kind, name]).join('/');
}

/** Who asks, for the event log: the software's name, and the user when it is not the software itself. */
export function actorOf(request: ResourceRequest): string {
  const software = productOf(request.request.userAgent);
  const user = request.user.name;
  if (user === '' || user === 'kubernetes-admin') return software;
  const key = [software, user].join(' ');
  let actor = actors.get(key);
  if (actor === undefined) {
    actor = user === `system:${software}` ? software : `${software} (${user})`;
    if (actors.size < 10_000) actors.set(key, actor);
  }
  return actor;
}

const actors = new Map<string, string>();

const products = new Map<string, string>();

/** `kubectl` of `kubectl/v1.36.2 (linux/amd64) …`: the default name of a field manager. */
export function productOf(userAgent: string): string {
  let product = products.get(userAgent);
  if (product === undefined) {
    product =
      userAgent
        .split('/', 1)[0]
        ?.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '')
        .slice(0, 128) ?? '';
    if (products.size < 10_000) products.set(userAgent, product);
  }
  return product;
}

/** The field manager that a write is credited to. */
export function fieldManagerOf(request: ApiRequest): string {
  return request.options?.fieldManager || productOf(request.userAgent);
}
