// The API server: every request goes through it, and it alone speaks to etcd. Authentication, authorization, admission, registry, etcd.
import { minutes, plus, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeObject, Status } from '../apimachinery/meta/meta.ts';
import {
  StatusError,
  type ApiRequest,
  type ApiResponse,
  type Credential,
  type UserInfo,
  type WatchSink,
  type WatchStream,
} from '../apimachinery/rest/rest.ts';
import { forbidden, methodNotAllowed, notFound, unauthorized, unknownResource } from '../apimachinery/status/status.ts';
import { resourceFor, resources } from '../api/registry.ts';
import type { EtcdClient } from '../etcd/etcd.ts';
import { AdmissionChain } from './admission/admission.ts';
import { admissionPlugins } from './admission/registry.ts';
import { Authenticator, type TokenLookup } from './authentication/authentication.ts';
import { claimsOfToken, userOfClaims } from './authentication/service-account-tokens.ts';
import {
  forbiddenMessage,
  openPathAuthorizer,
  selectedName,
  superuserAuthorizer,
  systemComponentAuthorizer,
  verdictOf,
  type AuthorizationAttributes,
  type Authorizer,
} from './authorization/authorization.ts';
import { Impersonation } from './authorization/impersonation.ts';
import { AccessIndex } from './authorization/rbac/access-index.ts';
import { EscalationGuard } from './authorization/rbac/escalation.ts';
import { RbacAuthorizer } from './authorization/rbac/rbac-authorizer.ts';
import type { ConnectAnswer, ConnectSource } from './endpoints/connects.ts';
import type { ProxySource } from './endpoints/proxies.ts';
import type { HttpApiRequest, HttpApiResponse } from './endpoints/http.ts';
import { HttpDoor, type LogSource } from './endpoints/http-door.ts';
import { handleVerb } from './registry/verbs.ts';
import { answerQuestion, questionFor, type Asker } from './registry/questions/question.ts';
import { openWatch } from './registry/watch.ts';
import { ServedResource } from './registry/served-resource.ts';
import { actorOf, type ResourceRequest, type Server } from './registry/server.ts';
import { ServiceAllocator } from './registry/services/service-allocator.ts';
import { subresourceFor } from './registry/subresources/subresource.ts';
import { Bootstrap } from './bootstrap/bootstrap.ts';

export interface ApiServerOptions {
  readonly etcd: EtcdClient;
  /** Where clients inside the cluster reach it: the address behind the Service `kubernetes`. */
  readonly advertiseAddress: string;
  readonly securePort?: number;
  /** Upstream: `--service-cluster-ip-range`. */
  readonly serviceCidr?: string;
  /** Upstream: `--service-node-port-range`. */
  readonly nodePorts?: readonly [number, number];
  /** Who is behind a bearer token; asked in order. */
  readonly tokens?: readonly TokenLookup[];
  /** Asked after the superuser and the cluster's own components, before roles are. */
  readonly authorizers?: readonly Authorizer[];
  /** Where the lines of `pods/log` come from. */
  readonly logs?: LogSource;
  /** Who carries out `pods/exec`, `pods/attach` and `pods/portforward`. */
  readonly connects?: ConnectSource;
  /** Who sends what `pods/proxy`, `services/proxy` and `nodes/proxy` pass on. */
  readonly proxies?: ProxySource;
  /** Names of admission plugins that are off. */
  readonly disabledAdmission?: readonly string[];
}

/** A running API server. With one etcd member all of its answers come at the instant of the request. */
export interface ApiServer {
  /** Answers a request; refusals are Status bodies. */
  handle(request: ApiRequest): Task<ApiResponse>;
  /** Opens a watch, or gives the Status that refuses it. */
  watch(request: ApiRequest, sink: WatchSink): Task<WatchStream | Status>;
  /** The same server in HTTP's words. */
  http(request: HttpApiRequest): Task<HttpApiResponse>;
  /** Judges a request that wants to take its connection over. */
  connect(request: HttpApiRequest): Task<ConnectAnswer>;
  /** Whether it has set up what a new cluster needs and answers. */
  readonly isReady: boolean;
}

/** Starts an API server as part of `context`; it ends, and its watches with it, when the context does. */
export function startApiServer(context: Context, options: ApiServerOptions): ApiServer {
  return new RunningApiServer(context, options);
}

/** As whom the server writes what it keeps itself. */
const ownCredential: Credential = { kind: 'certificate', user: 'system:apiserver', groups: ['system:masters'] };

const compactionInterval = minutes(5);
/** How much longer than asked a shared lease may live. Upstream: the lease manager's reuse duration. */
const leaseSlack = minutes(1);

class RunningApiServer implements ApiServer, Server {
  readonly etcd: EtcdClient;
  readonly admission: AdmissionChain;
  readonly services: ServiceAllocator;
  readonly uids;
  readonly names;
  private readonly authenticator: Authenticator;
  readonly escalation: EscalationGuard;
  private readonly rbac: RbacAuthorizer;
  private readonly impersonation: Impersonation;
  private readonly authorizers: readonly Authorizer[];
  private readonly servedResources = new Map<string, ServedResource>();
  private readonly leases = new Map<Duration, { id: number; until: Instant }>();
  private readonly door: HttpDoor;
  private readonly bootstrap: Bootstrap;

  constructor(
    readonly context: Context,
    options: ApiServerOptions,
  ) {
    this.etcd = options.etcd;
    this.uids = context.random.fork('uids');
    this.names = context.random.fork('names');
    const numbers = context.random.fork('services');
    this.services = new ServiceAllocator({
      serviceCidr: options.serviceCidr ?? '10.96.0.0/16',
      nodePorts: options.nodePorts ?? [30000, 32767],
      seed: (bound) => numbers.below(bound),
    });
    for (const descriptor of resources) {
      this.servedResources.set(
        `${descriptor.group}/${descriptor.plural}`,
        new ServedResource(descriptor, context, this.etcd),
      );
    }
    const off = options.disabledAdmission ?? [];
    this.admission = new AdmissionChain(
      admissionPlugins.filter(({ name }) => !off.includes(name)),
      this.access(),
    );
    this.authenticator = new Authenticator([(token) => this.userOfToken(token), ...(options.tokens ?? [])]);
    const index = new AccessIndex(context, this.etcd);
    this.rbac = new RbacAuthorizer(index);
    this.authorizers = [
      superuserAuthorizer,
      openPathAuthorizer,
      systemComponentAuthorizer,
      ...(options.authorizers ?? []),
      this.rbac,
    ];
    this.escalation = new EscalationGuard(
      index,
      this.rbac,
      (attributes) => verdictOf(this.authorizers, attributes).isAllowed,
    );
    this.impersonation = new Impersonation((attributes) => this.refusal(attributes));
    this.services.restore([...(this.access().list('', 'services') ?? [])]);
    this.door = new HttpDoor({
      context,
      server: this,
      identify: (credential) => this.authenticator.authenticate(credential),
      actAs: (user, wish, attributes) => this.impersonation.actAs(user, wish, attributes),
      refusal: (attributes) => this.refusal(attributes),
      handle: (request) => this.handle(request),
      watch: (request, sink) => this.watch(request, sink),
      logs: options.logs,
      connects: options.connects,
      proxies: options.proxies,
      address: `${options.advertiseAddress}:${options.securePort ?? 6443}`,
    });
    this.bootstrap = new Bootstrap(this, {
      address: options.advertiseAddress,
      port: options.securePort ?? 6443,
      serviceAddress: this.services.firstAddress,
    });
    context.spawn(this.bootstrap.run((request) => this.handle(request)));
    context.spawn(this.compact());
    this.followStorage();
  }

  /** Watch caches begin now, so that a watch misses nothing between its list and itself; those of kinds stored as another when asked for. */
  private followStorage(): void {
    for (const resource of this.servedResources.values()) if (!resource.descriptor.storedAs) void resource.watches;
  }

  get isReady(): boolean {
    return this.context.isAlive && this.bootstrap.isDone;
  }

  served(group: string, plural: string): ServedResource | undefined {
    return this.servedResources.get(`${group}/${plural}`);
  }

  *lease(span: Duration): Task<number> {
    const known = this.leases.get(span);
    const wanted = plus(this.context.now, span);
    if (known && known.until >= wanted) return known.id;
    const id = yield* this.etcd.grant((span + leaseSlack) as Duration);
    this.leases.set(span, { id, until: plus(wanted, leaseSlack) });
    return id;
  }

  *handle(request: ApiRequest): Task<ApiResponse> {
    let resolved: ResourceRequest | undefined;
    try {
      const user = this.userOf(request);
      const question = questionFor(request.group, request.version, request.resource);
      if (question) return yield* answerQuestion(question, this.asker(request, user));
      resolved = this.resolve(request, user);
      const response = yield* this.dispatch(resolved);
      const { warnings } = resolved;
      return warnings.length > 0
        ? { ...response, warnings: [...new Set([...(response.warnings ?? []), ...warnings])] }
        : response;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (resolved) this.recordRefusal(resolved, error);
      const warnings = resolved?.warnings ?? [];
      return {
        code: error.code,
        body: error.status,
        ...(warnings.length > 0 ? { warnings: [...new Set(warnings)] } : {}),
      };
    }
  }

  *watch(request: ApiRequest, sink: WatchSink): Task<WatchStream | Status> {
    try {
      const user = this.userOf({ ...request, verb: 'watch' });
      return openWatch(this.resolve(request, user), sink);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return error.status;
    }
  }

  http(request: HttpApiRequest): Task<HttpApiResponse> {
    return this.door.http(request);
  }

  connect(request: HttpApiRequest): Task<ConnectAnswer> {
    return this.door.connect(request);
  }

  private *dispatch(request: ResourceRequest): Task<ApiResponse> {
    const { subresource = '', verb, name = '' } = request.request;
    const { descriptor, groupResource } = request.resource;
    if (subresource === '') return yield* handleVerb(request);
    const handler = descriptor.subresources.includes(subresource)
      ? subresourceFor(descriptor.name, subresource)
      : undefined;
    if (!handler) throw new StatusError(notFound(groupResource, name));
    if (!handler.verbs.includes(verb) || !handler.handle) throw new StatusError(methodNotAllowed());
    return yield* handler.handle(request);
  }

  /** A service account's token counts while the account, and the pod it was bound to, are there. */
  private userOfToken(token: string): UserInfo | undefined {
    const claims = claimsOfToken(token, this.context.now);
    if (!claims) return undefined;
    const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
    const isThere = (plural: string, { name, uid }: { readonly name: string; readonly uid: string }): boolean =>
      this.served('', plural)?.read(namespace, name)?.metadata.uid === uid;
    return isThere('serviceaccounts', serviceaccount) && (!pod || isThere('pods', pod))
      ? userOfClaims(claims)
      : undefined;
  }

  private asker(request: ApiRequest, user: UserInfo): Asker {
    return {
      server: this,
      request,
      user,
      verdict: (attributes) => verdictOf(this.authorizers, attributes),
      held: (who, namespace) => this.rbac.held(who, namespace),
      ownerOf: (token) => (token === '' ? undefined : this.authenticator.authenticate({ kind: 'token', token })),
    };
  }

  /** Who the request counts as made by; throws when that is nobody, or nobody who may. */
  private userOf(request: ApiRequest): UserInfo {
    const asker = this.authenticator.authenticate(request.credential);
    if (!asker) throw new StatusError(unauthorized());
    const { group, resource, verb, subresource = '', impersonate } = request;
    const attributes: AuthorizationAttributes = {
      user: asker,
      verb,
      group,
      resource,
      subresource,
      namespace: request.namespace ?? (group === '' && resource === 'namespaces' ? (request.name ?? '') : ''),
      name: request.name ?? selectedName(request.options?.fieldSelector),
    };
    const user = impersonate ? this.impersonation.actAs(asker, impersonate, attributes) : asker;
    const status = this.refusal({ ...attributes, user });
    if (status) throw new StatusError(status);
    return user;
  }

  private refusal(attributes: AuthorizationAttributes): Status | undefined {
    const { isAllowed, reason } = verdictOf(this.authorizers, attributes);
    if (isAllowed) return undefined;
    const { group, resource, name } = attributes;
    return forbidden(
      { group, resource: attributes.path === undefined ? resource : '' },
      name,
      forbiddenMessage(attributes, reason),
    );
  }

  private resolve(request: ApiRequest, user: UserInfo): ResourceRequest {
    const descriptor = resourceFor(request.group, request.version, request.resource);
    const resource = descriptor && this.served(request.group, request.resource);
    if (!resource) throw new StatusError(unknownResource());
    const isDryRun = (request.options?.dryRun?.length ?? 0) > 0;
    return {
      server: this,
      resource,
      request,
      user,
      isDryRun,
      warnings: descriptor.deprecation === undefined ? [] : [descriptor.deprecation],
    };
  }

  /** A write that was refused is worth a line; a read is not. */
  private recordRefusal(request: ResourceRequest, error: StatusError): void {
    const { verb, name = '', namespace, subresource } = request.request;
    if (verb === 'get' || verb === 'list' || verb === 'watch') return;
    const { kind } = request.resource.descriptor;
    const subject = [kind, namespace, name].filter((part) => part).join('/');
    const what = subresource ? `${verb} of ${subresource}` : verb;
    const cause = this.context.cause;
    this.context.record({
      kind: 'refusal',
      reason: error.reason || 'Refused',
      subjects: [subject],
      message: `${what} of ${subject} was refused: ${error.message}`,
      actor: actorOf(request),
      data: { code: error.code },
    });
    this.context.cause = cause;
  }

  private access(): ConstructorParameters<typeof AdmissionChain>[1] {
    const { context } = this;
    const served = (group: string, plural: string): ServedResource | undefined => this.served(group, plural);
    const etcd = this.etcd;
    const random = context.random.fork('admission');
    return {
      random,
      get now() {
        return context.now;
      },
      get: (group, plural, namespace, name) => served(group, plural)?.read(namespace, name),
      *list(group, plural, namespace) {
        const resource = served(group, plural);
        if (!resource) return;
        const prefix = namespace === undefined ? resource.prefix : `${resource.prefix}${namespace}/`;
        for (const entry of etcd.range(prefix).entries) yield resource.present(entry);
      },
      writeStatus: (group, plural, object) => this.writeStatus(group, plural, object),
    };
  }

  private *writeStatus(group: string, plural: string, object: KubeObject): Task<boolean> {
    const version = this.served(group, plural)?.descriptor.version ?? '';
    const { cause } = this.context;
    const { code, body } = yield* this.handle({
      group,
      version,
      resource: plural,
      subresource: 'status',
      verb: 'update',
      ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
      name: object.metadata.name,
      credential: ownCredential,
      userAgent: 'kube-apiserver/v1.36.2',
      body: object,
    });
    this.context.cause = cause;
    if (code >= 400 && code !== 409) throw new StatusError(body as Status);
    return code < 400;
  }

  /** Gives up history older than an interval, as upstream's compactor does. */
  private *compact(): Task<void> {
    let before = this.etcd.revision;
    for (;;) {
      yield* this.context.sleep(compactionInterval);
      this.context.cause = 0;
      yield* this.etcd.compact(before);
      before = this.etcd.revision;
    }
  }
}
