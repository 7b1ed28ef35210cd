// HTTP as clients outside the emulation speak it: paths, headers and bytes in, the API server's answers out in the form that was asked for.
// Upstream: apiserver/pkg/endpoints/{handlers,filters}, apiserver/pkg/server.
import { utf8Text } from '@/base/utf8.ts';
import { StreamSet } from '@/base/stream-set.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Status } from '../../apimachinery/meta/meta.ts';
import {
  StatusError,
  type ApiRequest,
  type ApiResponse,
  type Credential,
  type ImpersonationWish,
  type PatchType,
  type UserInfo,
  type WatchSink,
  type WatchStream,
} from '../../apimachinery/rest/rest.ts';
import { badRequest, failure, unauthorized } from '../../apimachinery/status/status.ts';
import { resourceFor } from '../../api/registry.ts';
import { selectedName, type AuthorizationAttributes } from '../authorization/authorization.ts';
import { impersonationOf } from '../authorization/impersonation.ts';
import { questionFor } from '../registry/questions/question.ts';
import type { Server } from '../registry/server.ts';
import { connectRequest, connectTarget, isConnect, type ConnectAnswer, type ConnectSource } from './connects.ts';
import { Discovery } from './discovery.ts';
import type { HttpApiRequest, HttpApiResponse } from './http.ts';
import { answerLogs, type LogSource } from './logs.ts';
import { negotiate, notAcceptable, type Negotiated } from './media.ts';
import { OpenApi } from './openapi.ts';
import { mediaTypeOf, parseBody, parseJson, parseYaml, refuseLargeBody } from './request-body.ts';
import { percentDecoded, requestInfo, URLQuery, type PathInfo, type ResourceInfo } from './request-info.ts';
import { optionsOf, withDeleteOptions } from './request-options.ts';
import { answerPath } from './paths.ts';
import { answerProxy, isProxy, type ProxySource } from './proxies.ts';
import { checkRoute } from './routes.ts';
import { asBody, objectForms } from './answers.ts';
import { streamWatch } from './watch-stream.ts';

export type { LogRequest, LogSource, LogStream } from './logs.ts';

export interface HttpDoorOptions {
  readonly context: Context;
  readonly server: Server;
  readonly identify: (credential: Credential) => UserInfo | undefined;
  /** Lets somebody count as somebody else, or throws. */
  readonly actAs: (user: UserInfo, wish: ImpersonationWish, attributes: AuthorizationAttributes) => UserInfo;
  readonly refusal: (attributes: AuthorizationAttributes) => Status | undefined;
  readonly handle: (request: ApiRequest) => Task<ApiResponse>;
  readonly watch: (request: ApiRequest, sink: WatchSink) => Task<WatchStream | Status>;
  readonly logs: LogSource | undefined;
  readonly connects: ConnectSource | undefined;
  readonly proxies: ProxySource | undefined;
  /** `10.0.0.1:6443`, as discovery names it. */
  readonly address: string;
}

export type Headers = Record<string, string>;

const patchTypes: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** See {@link HttpDoorOptions}. */
export class HttpDoor {
  private readonly random: Random;
  private readonly discovery: Discovery;
  private readonly openApi: OpenApi;
  private readonly flowSchemaUid: string;
  private readonly priorityLevelUid: string;

  private readonly streams = new StreamSet();

  constructor(private readonly options: HttpDoorOptions) {
    options.context.onEnd(() => this.streams.cutAll());
    this.random = options.context.random.fork('http');
    this.flowSchemaUid = this.random.uuid();
    this.priorityLevelUid = this.random.uuid();
    this.discovery = new Discovery(options.address);
    this.openApi = new OpenApi();
  }

  *http(request: HttpApiRequest): Task<HttpApiResponse> {
    const headers: Headers = {
      'audit-id': request.headers['audit-id'] ?? this.random.uuid(),
      'cache-control': 'no-cache, private',
    };
    let answer: HttpApiResponse;
    try {
      answer = yield* this.answer(request, headers);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      answer = refusal(error.status, headers);
    }
    return request.method === 'HEAD' ? { status: answer.status, headers: answer.headers, body: '' } : answer;
  }

  /** Judges a request that wants to take its connection over. */
  *connect(request: HttpApiRequest): Task<ConnectAnswer> {
    const headers: Headers = { 'cache-control': 'no-cache, private' };
    try {
      const query = new URLQuery(request.query);
      const info = requestInfo(request.method, percentDecoded(request.path), query);
      const user = this.userOf(request, info, query);
      const { connects } = this.options;
      if (!info.isResource || !isConnect(info) || !connects) return { refused: yield* this.http(request) };
      // Whoever may not create such a connection may not have it by a GET either.
      for (const verb of new Set([info.verb, 'create' as const])) {
        const refused = this.options.refusal(attributesOf({ ...info, verb }, user, query));
        if (refused) throw new StatusError(refused);
      }
      checkRoute(request.method, info);
      const granted = connectRequest(this.options.server, info, query);
      return { granted, open: (port, sink) => this.streams.carry(sink, (told) => connects(granted, port, told)) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { refused: refusal(error.status, headers) };
    }
  }

  private authorize(
    request: HttpApiRequest,
    info: ResourceInfo | PathInfo,
    query: URLQuery,
    headers: Headers,
  ): void {
    const { 'x-content-type-options': before } = headers;
    headers['x-content-type-options'] = 'nosniff';
    const user = this.userOf(request, info, query);
    const refused = this.options.refusal(attributesOf(info, user, query));
    if (refused) throw new StatusError(refused);
    if (before === undefined) delete headers['x-content-type-options'];
  }

  /** Who the request counts as made by. */
  private userOf(request: HttpApiRequest, info: ResourceInfo | PathInfo, query: URLQuery): UserInfo {
    const asker = this.options.identify(request.credential);
    if (!asker) throw new StatusError(unauthorized());
    const wish = impersonationOf(request.headers);
    return wish ? this.options.actAs(asker, wish, attributesOf(info, asker, query)) : asker;
  }

  private *answer(request: HttpApiRequest, headers: Headers): Task<HttpApiResponse> {
    if (!this.options.identify(request.credential)) throw new StatusError(unauthorized());
    headers['x-kubernetes-pf-flowschema-uid'] = this.flowSchemaUid;
    headers['x-kubernetes-pf-prioritylevel-uid'] = this.priorityLevelUid;
    const query = new URLQuery(request.query);
    const info = requestInfo(request.method, percentDecoded(request.path), query);
    this.authorize(request, info, query, headers);
    if (!info.isResource) return this.answerPath(request, info, query, headers);
    const route = checkRoute(request.method, info);
    if (route === 'unknown version') return notFoundPage(headers);
    refuseLargeBody(request.body);
    if (info.resource === 'pods' && info.subresource === 'log' && info.verb === 'get') {
      return answerLogs(this.options.server, this.options.logs, info, query, headers);
    }
    const { proxies } = this.options;
    if (isProxy(info)) return yield* answerProxy(this.options.server, proxies, request, info, headers);
    if (isConnect(info)) {
      connectTarget(this.options.server, info, query);
      throw new StatusError(badRequest('Upgrade request required'));
    }
    return yield* this.answerResource(request, info, query, headers);
  }

  private answerPath(request: HttpApiRequest, info: PathInfo, query: URLQuery, headers: Headers): HttpApiResponse {
    const found =
      this.discovery.answer(request, info.path, headers) ??
      this.openApi.answer(request, info.path, query, headers) ??
      answerPath(request, info, query, headers);
    return found ?? notFoundPage(headers);
  }

  private *answerResource(
    request: HttpApiRequest,
    info: ResourceInfo,
    query: URLQuery,
    headers: Headers,
  ): Task<HttpApiResponse> {
    const accept = request.headers['accept'];
    const wanted = negotiate(accept, objectForms);
    if (!wanted) throw new StatusError(notAcceptable(accept, { streams: info.verb === 'list' || info.verb === 'watch' }));
    const apiRequest = this.apiRequest(request, info, query);
    if (info.verb === 'watch') return yield* this.answerWatch(apiRequest, wanted, query, headers);
    const response = yield* this.options.handle(apiRequest);
    if (response.warnings) headers['warning'] = response.warnings.map(warningText).join(', ');
    if (response.code >= 400) return refusal(response.body as Status, headers);
    const body = asBody(response.body, info, wanted, { query, now: this.options.context.now });
    headers['content-type'] = wanted.contentType;
    return { status: response.code, headers, body };
  }

  private *answerWatch(
    request: ApiRequest,
    wanted: Negotiated,
    query: URLQuery,
    headers: Headers,
  ): Task<HttpApiResponse> {
    const { context } = this.options;
    const stream = streamWatch(request, wanted, { query, now: () => context.now });
    const opened = yield* this.options.watch(request, stream.sink);
    if ('kind' in opened) return refusal(opened, headers);
    headers['content-type'] = wanted.contentType;
    return { status: 200, headers, start: (write, end) => stream.start(opened, write, end) };
  }

  private apiRequest(request: HttpApiRequest, info: ResourceInfo, query: URLQuery): ApiRequest {
    const { group, version, resource, subresource, namespace, name } = info;
    const mediaType = mediaTypeOf(request.headers['content-type']);
    const impersonate = impersonationOf(request.headers);
    let options = optionsOf(query);
    let body: unknown;
    let patchType: PatchType | undefined;
    if (info.verb === 'create' || info.verb === 'update') body = parseBody(request.body, mediaType, unrecognized(info));
    else if (info.verb === 'patch') {
      patchType = patchTypes[mediaType];
      if (!patchType)
        throw new StatusError(
          failure({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type', details: {} }),
        );
      body = patchBody(request.body, patchType);
    } else if ((info.verb === 'delete' || info.verb === 'deletecollection') && request.body.length > 0) {
      options = withDeleteOptions(options, parseBody(request.body, mediaType, ''));
    }
    return {
      verb: info.verb,
      group,
      version,
      resource,
      ...(subresource === '' ? {} : { subresource }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      credential: request.credential,
      ...(impersonate ? { impersonate } : {}),
      userAgent: request.headers['user-agent'] ?? '',
      options,
      ...(patchType ? { patchType } : {}),
      ...(body === undefined ? {} : { body }),
    };
  }
}

function patchBody(body: Uint8Array, patchType: PatchType): unknown {
  const text = utf8Text(body);
  return patchType === 'apply' ? parseYaml(text, 'error decoding YAML: ') : parseJson(text, '');
}

function unrecognized({ group, version, resource }: ResourceInfo): string {
  const kind = (resourceFor(group, version, resource) ?? questionFor(group, version, resource))?.kind ?? '';
  return `the object provided is unrecognized (must be of type ${kind}): `;
}

function attributesOf(info: ResourceInfo | PathInfo, user: UserInfo, query: URLQuery): AuthorizationAttributes {
  if (!info.isResource) {
    const { verb, path } = info;
    return { user, verb, path, group: '', resource: '', subresource: '', namespace: '', name: '' };
  }
  const { verb, group, resource, subresource } = info;
  const name = info.name ?? selectedName(query.first('fieldSelector'));
  const namespace = info.namespace ?? (group === '' && resource === 'namespaces' ? name : '');
  return { user, verb, group, resource, subresource, namespace, name };
}

/** A Status as an answer. */
export function refusal(status: Status, headers: Headers): HttpApiResponse {
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined) headers['retry-after'] = String(retry);
  return {
    status: status.code ?? 500,
    headers: { ...headers, 'content-type': 'application/json' },
    body: `${JSON.stringify(status)}\n`,
  };
}

export function notFoundPage(headers: Headers): HttpApiResponse {
  return {
    status: 404,
    headers: { ...headers, 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: '404 page not found\n',
  };
}

/** One value of a Warning header. */
function warningText(text: string): string {
  return `299 - "${text.replace(/[\\"]/g, '\\$&')}"`;
}
