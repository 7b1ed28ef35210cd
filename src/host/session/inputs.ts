// Inputs: what the journal holds and how each is handed to the engine. Live runs and replays go through the same function.
import { parseCommand } from '@/contract/commands/commands.ts';
import type { Json } from '@/base/json.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import type { ConnectionEvent, ConnectionListener } from '@/cluster/connections.ts';
import type { HttpApiRequest, HttpApiResponse } from '@/kubernetes/apiserver/endpoints/http.ts';
import type { Credential } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { JournalEntry } from '@/simulation/journal/journal.ts';
import { performCommand } from './perform-command.ts';

/** What came of an input. */
export type Outcome = { readonly ok: true; readonly result?: unknown } | { readonly ok: false; readonly reason: string; readonly message: string };

/** Requests that cannot change the cluster are answered without a line in the journal. */
export function isReadOnly(request: HttpApiRequest): boolean {
  // What is passed on to a pod may do anything there.
  if (/\/proxy(?:\/|$)/.test(request.path)) return false;
  return request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
}

/** An event on a connection, as the journal keeps it. */
export function encodeEvent(connection: number, event: ConnectionEvent): Json {
  return event.event === 'connect' ? { connection, event: 'connect', request: encodeRequest(event.request) } : { connection, ...event };
}

function decodeEvent(body: Json): { readonly connection: number; readonly event: ConnectionEvent } {
  const { connection, ...event } = body as unknown as ConnectionEvent & { connection: number };
  if (event.event !== 'connect') return { connection, event };
  return { connection, event: { event: 'connect', request: decodeRequest(event.request as unknown as Json) } };
}

const keptHeaders: ReadonlySet<string> = new Set(['content-type', 'accept', 'user-agent']);
const isKept = (name: string): boolean => keptHeaders.has(name) || name.startsWith('impersonate-');

/** A request as the journal keeps it: bodies as text of one character per byte. */
export function encodeRequest(request: HttpApiRequest): Json {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => isKept(name)));
  let body = '';
  for (const byte of request.body) body += String.fromCharCode(byte);
  return { method: request.method, path: request.path, query: request.query, headers, body, credential: request.credential as unknown as Json };
}

function decodeRequest(body: Json): HttpApiRequest {
  const kept = body as { method: string; path: string; query: string; headers: Record<string, string>; body: string; credential: Credential };
  return { ...kept, body: Uint8Array.from(kept.body, (character) => character.charCodeAt(0)) };
}

function recordRequest(cluster: Cluster, request: HttpApiRequest): void {
  const agent = (request.headers['user-agent'] ?? 'client').split('/')[0] ?? 'client';
  cluster.occurrences.record({ kind: 'input', reason: 'ApiRequest', subjects: [], actor: agent, message: `${agent}: ${request.method} ${request.path}` });
}

/** Hands an event on a connection to the engine at the present instant. */
export function applyEvent(cluster: Cluster, entry: JournalEntry, listener?: ConnectionListener): void {
  const { connection, event } = decodeEvent(entry.body);
  cluster.clock.cause = 0;
  if (event.event === 'connect') recordRequest(cluster, event.request);
  cluster.connections.take(connection, event, listener);
  cluster.clock.cause = 0;
}

/** Hands one input to the engine at the present instant. */
export function applyInput(cluster: Cluster, entry: JournalEntry, done: (outcome: Outcome) => void, respond: (response: HttpApiResponse) => void = () => undefined): void {
  if (entry.kind === 'stream') {
    applyEvent(cluster, entry);
    return done({ ok: true });
  }
  cluster.clock.cause = 0;
  if (entry.kind === 'request') {
    const request = decodeRequest(entry.body);
    recordRequest(cluster, request);
    cluster.api.http(request, respond);
    done({ ok: true });
  } else {
    const { name, parameters } = entry.body as { name: string; parameters: unknown };
    performCommand(cluster, parseCommand(name, parameters), done);
  }
  cluster.clock.cause = 0;
}
