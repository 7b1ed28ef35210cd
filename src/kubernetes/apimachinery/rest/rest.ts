// Requests to an API server as its clients inside the emulation make them: structured, without bytes. The gateway turns HTTP into the same.
import type { Task } from '@/simulation/process/task.ts';
import type { Status, WatchEvent } from '../meta/meta.ts';

/** Who asks. Upstream: apiserver/pkg/authentication/user. */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What a client shows to be let in. */
export type Credential =
  | { readonly kind: 'certificate'; readonly user: string; readonly groups: readonly string[] }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'anonymous' };

/** Whom a request wants to count as made by. Upstream: the headers `Impersonate-*`. */
export interface ImpersonationWish {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';
export type PropagationPolicy = 'Orphan' | 'Background' | 'Foreground';

/** A group, a version and a plural name: `{ group: 'apps', version: 'v1', resource: 'deployments' }`; the core group is ''. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** Query parameters and DeleteOptions, as upstream names them. */
export interface RequestOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly limit?: number;
  readonly continue?: string;
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
  readonly dryRun?: readonly string[];
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  readonly force?: boolean;
  readonly propagationPolicy?: PropagationPolicy;
  readonly orphanDependents?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface ApiRequest extends GroupVersionResource {
  readonly verb: Verb;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly credential: Credential;
  readonly impersonate?: ImpersonationWish;
  /** `kubelet/v1.36.2`: names the default field manager and the audit line. */
  readonly userAgent: string;
  readonly options?: RequestOptions;
  readonly patchType?: PatchType;
  /** The object, the patch or the options of the request; plain JSON that nobody changes afterwards. */
  readonly body?: unknown;
}

/** What came back: an object, a list or a Status. */
export interface ApiResponse<T = unknown> {
  readonly code: number;
  readonly body: T;
  /** Texts of `Warning: 299` headers. */
  readonly warnings?: readonly string[];
}

/** Where the events of a watch go. `cause` is the occurrence id of the write behind the event. */
export interface WatchSink {
  event(event: WatchEvent, cause: number): void;
  /** The server, or the network, ended the stream. */
  end(): void;
}

/** An open watch. */
export interface WatchStream {
  stop(): void;
}

/**
 * How a client reaches an API server over the emulated network: with latency, and not at all when there is no path or no server.
 * Throws {@link ConnectionError} when no answer came.
 */
export interface ApiTransport {
  request(request: ApiRequest): Task<ApiResponse>;
  /** Gives the open stream, or the Status that refused it. */
  watch(request: ApiRequest, sink: WatchSink): Task<WatchStream | Status>;
}

/** No answer: refused at once (nobody listens), timed out (no path), or cut while waiting. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  constructor(
    readonly reason: 'refused' | 'timeout' | 'reset',
    message: string,
  ) {
    super(message);
  }
}

/** Thrown by clients for an answer that is a failure Status. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  constructor(readonly status: Status) {
    super(status.message ?? status.reason ?? 'unknown');
  }

  get reason(): string {
    return this.status.reason ?? '';
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}
