// A real session on a real cluster, driven without a wall clock: for tests of the host's rooms.
import { createCluster } from '@/cluster/create-cluster.ts';
import type { Receipt } from '@/contract/commands/commands.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { Journal } from '@/simulation/journal/journal.ts';
import { Session, type Speed } from '../session/session.ts';

export interface TestSessionOptions {
  readonly topology?: string;
  readonly seed?: number;
  readonly speed?: Speed;
  readonly isPaused?: boolean;
}

/** What an API request came to; of a stream, what it has written so far. */
export interface Reply {
  readonly status: number;
  text(): string;
  readonly object: Record<string, unknown>;
  stop(): void;
}

/** A booted session with a wall clock that stands until told to move. */
export class TestSession {
  readonly session: Session;
  wall = 0;

  constructor({ topology = 'one-machine', seed = 1, speed, isPaused = true }: TestSessionOptions = {}) {
    const start = parseRfc3339('2026-01-01T09:00:00Z') as Instant;
    const cluster = createCluster({ topology, seed, start });
    this.session = new Session({ cluster, journal: new Journal({ version: 1, topology, seed, start }), speed, isPaused });
    this.session.boot();
  }

  /** Sends a command and pumps until it is answered; undefined when it never is. */
  command(name: string, parameters: unknown = {}): Receipt | undefined {
    const answers: Receipt[] = [];
    this.session.command(name, parameters, (receipt) => answers.push(receipt));
    for (let turns = 0; answers.length === 0 && turns < 100_000; turns++) this.pump();
    return answers[0];
  }

  advance(seconds: number): void {
    this.command('advance', { seconds });
  }

  /** One slice of the host's pump. */
  pump(milliseconds = 5): boolean {
    return this.session.pump(() => (this.wall += 0.01), milliseconds);
  }

  /** Lets wall time pass as a host would: a slice every few milliseconds. */
  letWallPass(milliseconds: number): void {
    for (const end = this.wall + milliseconds; this.wall < end; this.wall += 1) this.pump(1);
  }

  ask(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
    const [before = '', query = ''] = path.split('?');
    const request: HttpApiRequest = {
      method,
      path: before,
      query,
      headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'test/1.0', ...headers },
      body: new TextEncoder().encode(body === undefined ? '' : JSON.stringify(body)),
      credential: { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters'] },
    };
    let answer: HttpApiResponse | undefined;
    let text = '';
    let stop = (): void => undefined;
    this.session.http(request, (response) => {
      answer = response;
      if ('body' in response) text = typeof response.body === 'string' ? response.body : new TextDecoder().decode(response.body);
      else stop = response.start((chunk) => (text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)), () => undefined).stop;
    });
    return { status: answer?.status ?? 0, text: () => text, get object() { return JSON.parse(text) as Record<string, unknown>; }, stop };
  }

  get hashes(): string {
    const { time, etcd, occurrences } = this.session.hash();
    return `${time} ${etcd} ${occurrences}`;
  }
}

/** A Deployment of nginx, to have something happen. */
export const deployment = (name: string, replicas = 2): unknown => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'nginx', image: 'nginx:1.27' }] } },
  },
});

export const deploymentsPath = '/apis/apps/v1/namespaces/default/deployments';
