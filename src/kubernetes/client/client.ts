// A typed client of an API server. Upstream: client-go/rest and client-go/kubernetes.
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { KubeList, KubeObject, NewObject, Status } from '../apimachinery/meta/meta.ts';
import {
  StatusError,
  type ApiRequest,
  type ApiTransport,
  type Credential,
  type GroupVersionResource,
  type PatchType,
  type RequestOptions,
  type Verb,
  type WatchSink,
  type WatchStream,
} from '../apimachinery/rest/rest.ts';

export interface ClientOptions {
  readonly context: Context;
  readonly transport: ApiTransport;
  readonly credential: Credential;
  /** `kube-scheduler/v1.36.2`: who the API server thinks is writing. */
  readonly userAgent: string;
}

/** What one call adds to a client's own settings. */
export interface CallOptions extends RequestOptions {
  readonly subresource?: string;
}

function isFailure(body: unknown): body is Status {
  return (body as Status | undefined)?.kind === 'Status' && (body as Status).status === 'Failure';
}

/** Calls wait for the network and throw StatusError for refusals, ConnectionError when no answer came. */
export class Client {
  readonly context: Context;

  constructor(private readonly options: ClientOptions) {
    this.context = options.context;
  }

  get userAgent(): string {
    return this.options.userAgent;
  }

  of<T extends KubeObject>(resource: GroupVersionResource): ResourceClient<T> {
    return new ResourceClient<T>(this, resource);
  }

  /** The same server and voice with another context, for code that outlives or dies before this one's. */
  withContext(context: Context): Client {
    return new Client({ ...this.options, context });
  }

  *request<T>(request: Omit<ApiRequest, 'credential' | 'userAgent'>): Task<T> {
    const { transport, credential, userAgent } = this.options;
    const response = yield* transport.request({ ...request, credential, userAgent });
    if (isFailure(response.body)) throw new StatusError(response.body);
    return response.body as T;
  }

  *watch(request: Omit<ApiRequest, 'credential' | 'userAgent' | 'verb'>, sink: WatchSink): Task<WatchStream> {
    const { transport, credential, userAgent } = this.options;
    const opened = yield* transport.watch({ ...request, verb: 'watch', credential, userAgent }, sink);
    if (isFailure(opened)) throw new StatusError(opened);
    return opened as WatchStream;
  }
}

/** One resource of one server. The namespace is '' for cluster-scoped objects and for lists over all namespaces. */
export class ResourceClient<T extends KubeObject> {
  constructor(
    readonly client: Client,
    readonly resource: GroupVersionResource,
  ) {}

  get(namespace: string, name: string, options?: CallOptions): Task<T> {
    return this.call('get', namespace, name, undefined, options);
  }

  list(namespace: string, options?: CallOptions): Task<KubeList<T>> {
    return this.call('list', namespace, undefined, undefined, options);
  }

  create(namespace: string, object: NewObject<T> | T, options?: CallOptions): Task<T> {
    return this.call('create', namespace, undefined, object, options);
  }

  /** Replaces the object; refused with Conflict when its resourceVersion is not the live one. */
  update(object: T, options?: CallOptions): Task<T> {
    return this.call('update', object.metadata.namespace ?? '', object.metadata.name, object, options);
  }

  updateStatus(object: T, options?: CallOptions): Task<T> {
    return this.update(object, { ...options, subresource: 'status' });
  }

  patch(namespace: string, name: string, patchType: PatchType, body: unknown, options?: CallOptions): Task<T> {
    return this.call('patch', namespace, name, body, options, patchType);
  }

  *delete(namespace: string, name: string, options?: CallOptions): Task<void> {
    yield* this.call('delete', namespace, name, undefined, options);
  }

  *deleteCollection(namespace: string, options?: CallOptions): Task<void> {
    yield* this.call('deletecollection', namespace, undefined, undefined, options);
  }

  /** POSTs to a subresource: bindings, evictions, tokens. */
  createSubresource<R>(namespace: string, name: string, subresource: string, body: unknown): Task<R> {
    return this.call('create', namespace, name, body, { subresource });
  }

  watch(namespace: string, options: CallOptions, sink: WatchSink): Task<WatchStream> {
    return this.client.watch({ ...this.resource, ...(namespace ? { namespace } : {}), options }, sink);
  }

  private call<R>(
    verb: Verb,
    namespace: string,
    name: string | undefined,
    body: unknown,
    callOptions: CallOptions | undefined,
    patchType?: PatchType,
  ): Task<R> {
    let options: RequestOptions | undefined = callOptions;
    let subresource: string | undefined;
    if (callOptions?.subresource !== undefined) ({ subresource, ...options } = callOptions);
    return this.client.request<R>({
      verb,
      group: this.resource.group,
      version: this.resource.version,
      resource: this.resource.resource,
      subresource,
      namespace: namespace === '' ? undefined : namespace,
      name,
      options,
      patchType,
      body,
    });
  }
}
