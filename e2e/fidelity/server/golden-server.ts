// A fresh API server in this process, reached by HTTP's words as the recorder reached the real one. Nothing else runs: no controllers, no nodes.
import { inSeconds, milliseconds, parseRfc3339, type Duration } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { resourceFor } from '@/kubernetes/api/registry.ts';
import type { Credential } from '@/kubernetes/apimachinery/rest/rest.ts';
import { questionFor } from '@/kubernetes/apiserver/registry/questions/question.ts';
import type { HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import { startTestCluster } from '@/kubernetes/testing/test-cluster.ts';

export interface GoldenRequest {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>> | string;
  /** Null: not sent at all. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  readonly bodyText?: string;
}

export interface GoldenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A stream that stays open: what it has sent so far, line by line. */
export interface OpenStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  lines(): readonly string[];
  readonly hasEnded: boolean;
}

const admin: Credential = { kind: 'certificate', user: 'admin', groups: ['system:masters'] };

/** Whom a step's `as` means. */
export function credentialOf(as: string | undefined, namespace: string): Credential {
  if (as === undefined) return admin;
  if (as === 'anonymous') return { kind: 'anonymous' };
  if (as.startsWith('token:')) return { kind: 'token', token: as.slice('token:'.length) };
  if (as.startsWith('serviceaccount:')) {
    const user = `system:serviceaccount:${namespace}:${as.slice('serviceaccount:'.length)}`;
    const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
    return { kind: 'certificate', user, groups };
  }
  if (as.startsWith('cert:')) {
    const [user = '', ...groups] = as.slice('cert:'.length).split('/');
    return { kind: 'certificate', user, groups };
  }
  return { kind: 'certificate', user: as, groups: as === 'jane' ? ['developers'] : [] };
}

/** What the controller manager had put into every namespace before the recording began. */
const controllerRequest = { method: 'POST', headers: { 'user-agent': 'kube-controller-manager/v1.36.2' } } as const;
const defaultAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
const rootCertificates = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'kube-root-ca.crt',
    annotations: {
      'kubernetes.io/description':
        'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
    },
  },
  data: { 'ca.crt': 'x' },
};

/** The day of the recordings, which ages of fixed times were counted from. */
const recordedOn = '2026-11-22T12:00:00Z';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function queryText(query: GoldenRequest['query']): string {
  if (query === undefined || typeof query === 'string') return query ?? '';
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]),
  );
  return pairs.map(([name, value]) => `${encodeURIComponent(name as string)}=${encodeURIComponent(value as string)}`).join('&');
}

/** See the file's head. Cases get one each, so that nothing of one is left for the next. */
export class GoldenServer {
  private readonly cluster = startTestCluster({ seed: 'fidelity', start: parseRfc3339(recordedOn) });

  constructor(namespaces: readonly (string | NamespaceWish)[]) {
    this.cluster.pass(milliseconds(200));
    for (const wish of namespaces) {
      const { name, labels } = typeof wish === 'string' ? { name: wish, labels: undefined } : wish;
      const metadata = { name, ...(labels ? { labels } : {}) };
      this.ask({
        method: 'POST',
        path: '/api/v1/namespaces',
        headers: { 'user-agent': '' },
        body: { apiVersion: 'v1', kind: 'Namespace', metadata },
      });
      this.ask({ ...controllerRequest, path: `/api/v1/namespaces/${name}/configmaps`, body: rootCertificates });
      this.ask({ ...controllerRequest, path: `/api/v1/namespaces/${name}/serviceaccounts`, body: defaultAccount });
    }
  }

  /** Seconds since 1970, in virtual time. */
  get nowSeconds(): number {
    return Math.floor(inSeconds(this.cluster.clock.now as unknown as Duration));
  }

  /** Lets caches and timers catch up. */
  settle(span: Duration): void {
    this.cluster.pass(span);
  }

  ask(request: GoldenRequest, as?: Credential): GoldenAnswer {
    const answer = this.cluster.run(this.send(request, as ?? admin));
    if ('body' in answer) {
      return {
        status: answer.status,
        headers: answer.headers,
        text: typeof answer.body === 'string' ? answer.body : decoder.decode(answer.body),
      };
    }
    let text = '';
    const stream = answer.start(
      (chunk) => (text += typeof chunk === 'string' ? chunk : decoder.decode(chunk)),
      () => undefined,
    );
    this.cluster.pass(milliseconds(50));
    stream.stop();
    return { status: answer.status, headers: answer.headers, text };
  }

  /** Opens a watch; an answer that does not stream counts as ended. */
  open(request: GoldenRequest, as?: Credential): OpenStream {
    const answer = this.cluster.run(this.send(request, as ?? admin));
    let text = '';
    let hasEnded = false;
    if ('body' in answer) {
      text = typeof answer.body === 'string' ? answer.body : decoder.decode(answer.body);
      hasEnded = true;
    } else {
      const write = (chunk: string | Uint8Array): void => void (text += typeof chunk === 'string' ? chunk : decoder.decode(chunk));
      answer.start(write, () => (hasEnded = true));
      this.cluster.pass(milliseconds(1));
    }
    return {
      status: answer.status,
      headers: answer.headers,
      lines: () => text.split('\n').filter((line) => line !== ''),
      get hasEnded() {
        return hasEnded;
      },
    };
  }

  private *send(request: GoldenRequest, credential: Credential): Task<HttpApiResponse> {
    const text = request.bodyText ?? (request.body === undefined ? '' : JSON.stringify(request.body));
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'agent/1.0' };
    if (text !== '') headers['content-type'] = 'application/json';
    for (const [name, value] of Object.entries(request.headers ?? {})) {
      if (value === null) delete headers[name.toLowerCase()];
      else headers[name.toLowerCase()] = value;
    }
    return yield* this.cluster.server.http({
      method: request.method ?? (request.body === undefined && request.bodyText === undefined ? 'GET' : 'POST'),
      path: request.path,
      query: queryText(request.query),
      headers,
      body: encoder.encode(text),
      credential,
    });
  }
}

/** A namespace that a scenario wants to be there. */
export interface NamespaceWish {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a request needs that is not served: `resourcequotas`, `batch/v1 jobs`; undefined when all is there. */
export function unservedPart(path: string): string | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  const [group = '', version = '', ...names] = root === 'api' ? ['', ...rest] : rest;
  if (names.length === 0) return undefined;
  const plural = names[0] === 'namespaces' && names.length > 2 && !['status', 'finalize'].includes(names[2] ?? '') ? names[2] : names[0];
  if (resourceFor(group, version, plural ?? '') || questionFor(group, version, plural ?? '')) return undefined;
  return `${group === '' ? '' : `${group}/`}${version} ${plural}`;
}
