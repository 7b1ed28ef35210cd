// Logs of a pod's container, streamed as text. Upstream: pkg/registry/core/pod/rest/log.go and the kubelet's containerLogs.
import { parseRfc3339, rfc3339Micro, type Instant } from '@/simulation/clock/duration.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, internalError, invalid, notFound } from '../../apimachinery/status/status.ts';
import { forbidden, invalid as invalidField, type FieldError } from '../../apimachinery/validation/field-error.ts';
import type { Pod } from '../../api/core/v1/pod/types.ts';
import type { Server } from '../registry/server.ts';
import type { HttpApiResponse } from './http.ts';
import type { ResourceInfo, URLQuery } from './request-info.ts';

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

interface LogLine {
  readonly time: Instant;
  readonly text: string;
}

/** A container's log: what it has written, and what it will. */
export interface LogStream {
  readonly lines: readonly LogLine[];
  /** Calls back for every line from now on, and once when the container is gone; answers the way to stop. */
  follow(onLine: (line: LogLine) => void, onEnd: () => void): () => void;
}

/** Where logs come from: the pod's kubelet. Throws a StatusError, or an Error whose message is the kubelet's. */
export type LogSource = (request: LogRequest) => LogStream;

const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

/** Answers GET pods/NAME/log. */
export function answerLogs(
  server: Server,
  source: LogSource | undefined,
  info: ResourceInfo,
  query: URLQuery,
  headers: Record<string, string>,
): HttpApiResponse {
  const { namespace = '', name = '' } = info;
  const pod = server.served('', 'pods')?.read(namespace, name) as Pod | undefined;
  if (!pod) throw new StatusError(notFound({ group: '', resource: 'pods' }, name));
  const limits = limitsOf(name, query);
  const container = containerOf(pod, query.first('container') ?? '');
  const answer = { status: 200, headers: { ...headers, 'content-type': 'text/plain' } };
  const { nodeName } = pod.spec;
  if (!nodeName) return { status: 204, headers, body: '' };
  // Upstream words it so when the node is gone.
  if (!server.served('', 'nodes')?.read(undefined, nodeName))
    throw new StatusError(notFound({ group: '', resource: 'pods' }, nodeName));
  if (!source) return { status: 204, headers, body: '' };
  const stream = open(source, { namespace, pod: name, container, previous: isSet(query, 'previous') });
  const withTime = isSet(query, 'timestamps');
  const text = ({ time, text: line }: LogLine): string => (withTime ? `${rfc3339Micro(time)} ${line}\n` : `${line}\n`);
  let lines = stream.lines;
  if (limits.sinceSeconds !== undefined) {
    const from = server.context.now - limits.sinceSeconds * 1e6;
    lines = lines.filter(({ time }) => time >= from);
  }
  const { since } = limits;
  if (since !== undefined) lines = lines.filter(({ time }) => time >= since);
  if (limits.tailLines !== undefined) lines = limits.tailLines === 0 ? [] : lines.slice(-limits.tailLines);
  const written = lines
    .map(text)
    .join('')
    .slice(0, limits.limitBytes ?? Infinity);
  if (!isSet(query, 'follow')) return { ...answer, body: written };
  return {
    ...answer,
    start(write, end) {
      if (written !== '') write(written);
      return { stop: stream.follow((line) => write(text(line)), end) };
    },
  };
}

function open(source: LogSource, request: LogRequest): LogStream {
  try {
    return source(request);
  } catch (error) {
    if (error instanceof StatusError) throw error;
    if (error instanceof Error && error.name === 'Error') throw new StatusError(badRequest(error.message));
    throw error instanceof Error ? error : new StatusError(internalError(String(error)));
  }
}

function isSet(query: URLQuery, name: string): boolean {
  const value = query.first(name);
  return value !== undefined && value !== 'false' && value !== '0';
}

/** The container that is meant; throws BadRequest when that is unclear. */
export function containerOf(pod: Pod, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
  const names = [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name);
  if (asked !== '') {
    if (names.includes(asked)) return asked;
    throw new StatusError(badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`));
  }
  const [only] = containers;
  const chosen = pod.metadata.annotations?.[defaultContainerAnnotation];
  if (chosen !== undefined && names.includes(chosen)) return chosen;
  if (containers.length === 1 && only) return only.name;
  throw new StatusError(
    badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${names.join(' ')}]`),
  );
}

interface Limits {
  readonly tailLines: number | undefined;
  readonly sinceSeconds: number | undefined;
  readonly limitBytes: number | undefined;
  readonly since: Instant | undefined;
}

function limitsOf(pod: string, query: URLQuery): Limits {
  const number = (name: string): number | undefined => {
    const text = query.first(name);
    if (text === undefined || text === '') return undefined;
    if (!/^-?\d+$/.test(text))
      throw new StatusError(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`));
    return Number(text);
  };
  const sinceTime = query.first('sinceTime');
  const since = sinceTime === undefined ? undefined : parseRfc3339(sinceTime);
  if (sinceTime !== undefined && since === undefined) {
    const shown = JSON.stringify(sinceTime);
    throw new StatusError(
      badRequest(`parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`),
    );
  }
  const limits = {
    tailLines: number('tailLines'),
    sinceSeconds: number('sinceSeconds'),
    limitBytes: number('limitBytes'),
    since,
  };
  const errors: FieldError[] = [];
  if (limits.tailLines !== undefined && limits.tailLines < 0)
    errors.push(invalidField('tailLines', limits.tailLines, 'must be greater than or equal to 0'));
  if (limits.limitBytes !== undefined && limits.limitBytes < 1)
    errors.push(invalidField('limitBytes', limits.limitBytes, 'must be greater than 0'));
  if (limits.sinceSeconds !== undefined && limits.sinceSeconds < 1)
    errors.push(invalidField('sinceSeconds', limits.sinceSeconds, 'must be greater than 0'));
  if (limits.sinceSeconds !== undefined && since !== undefined) {
    errors.push(forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  }
  if (query.first('stream') !== undefined) errors.push(forbidden('stream', 'may not be specified'));
  if (errors.length > 0) throw new StatusError(invalid({ group: '', kind: 'PodLogOptions' }, pod, errors));
  return limits;
}
