// A running cluster with its doors open: the session pumped against the wall clock, the HTTPS gateway, the kubeconfig and the feed. Both hosts
// (Electron's main process and the headless server) start exactly this.
import { rmSync } from 'node:fs';
import { createCluster } from '@/cluster/create-cluster.ts';
import { entryLine, headLine, Journal } from '@/simulation/journal/journal.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { topologyNames, topologyOf } from '@/cluster/topologies/registry.ts';
import { Feed } from './feed/feed.ts';
import { ClusterStore } from './files/cluster-store.ts';
import { defaultKubeconfig, LineFile, readIfThere, writePrivate } from './files/places.ts';
import { createCertificates } from './gateway/certificates.ts';
import { startGateway, type Gateway } from './gateway/gateway.ts';
import { kubeconfigText } from './gateway/kubeconfig.ts';
import { openNodePorts } from './gateway/node-ports.ts';
import { runSession, type Runner } from './runner.ts';
import { Session, type Speed } from './session/session.ts';

export { topologyNames };

/** Whether a cluster of that topology can be made. */
export const isTopology = (name: string): boolean => topologyOf(name) !== undefined;

const fixedStart = parseRfc3339('2026-01-01T09:00:00Z') as Instant;

export interface HostOptions {
  readonly topology: string;
  readonly seed: number;
  /** When virtual time begins: at a fixed moment, so that two runs of one seed are the same to the byte, or at the wall clock's now. */
  readonly start: 'fixed' | 'now';
  readonly speed: Speed;
  readonly isPaused: boolean;
  readonly apiPort: number;
  /** Where to write the kubeconfig; a private place named after the port when not given. Other clusters in that file are kept. */
  readonly kubeconfig?: string;
  /** A new file to keep the journal in, line by line. */
  readonly journal?: string;
  /** A folder that the cluster is kept in: what it holds goes on, every write is on disk before it is acknowledged. */
  readonly data?: string;
  /** Whether node ports listen on this computer's loopback, for real programs. */
  readonly hasNodePorts?: boolean;
  /** Takes sentences for whoever started it. */
  readonly log?: (sentence: string) => void;
  readonly onBroken?: (error: Error) => void;
}

export interface Host {
  readonly session: Session;
  readonly feed: Feed;
  readonly gateway: Gateway;
  readonly kubeconfig: string;
  /** Wall milliseconds from nothing to all Ready. */
  readonly bootMilliseconds: number;
  close(): Promise<void>;
}

/** A file that cannot be used, said in one sentence. */
export class FileRefusal extends Error {
  override readonly name = 'FileRefusal';
}

/**
 * Boots the cluster to Ready and opens its doors. Files are written last, when nothing else can fail. Rejects with the system's error when the
 * port is taken, with a {@link FileRefusal} when a file cannot be used; nothing is left behind then.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const begun = performance.now();
  let store: ClusterStore | undefined;
  const certificates = await createCertificates();
  let session: Session | undefined;
  const gateway = await startGateway({
    certificates,
    port: options.apiPort,
    handle: (request, respond) => session?.http(request, acknowledge(store, request.method, respond)),
    connection: () => session?.connection(),
  });
  try {
    store = openStore(options);
    session = bootedSession(options, store);
    const kubeconfig = options.kubeconfig ?? defaultKubeconfig(gateway.port);
    const journalFile = store?.found ? undefined : keepJournal(session.journal, options.journal);
    try {
      refuseWith(`${kubeconfig} cannot be used as kubeconfig`, () => writePrivate(kubeconfig, kubeconfigText(gateway.url, certificates, readIfThere(kubeconfig))));
    } catch (error) {
      journalFile?.discard();
      throw error;
    }
    return openedHost({ session, gateway, kubeconfig, journalFile, store, begun, options });
  } catch (error) {
    store?.discard();
    await gateway.close();
    throw error;
  }
}

/** Answers to writes wait until the writes are on disk. */
function acknowledge<R>(store: ClusterStore | undefined, method: string, respond: (response: R) => void): (response: R) => void {
  if (!store || method === 'GET' || method === 'HEAD') return respond;
  return (response) => store.whenDurable(() => respond(response));
}

function openStore({ data, onBroken }: HostOptions): ClusterStore | undefined {
  if (data === undefined) return undefined;
  let store: ClusterStore | undefined;
  refuseWith(`${data} cannot be used for data`, () => (store = new ClusterStore(data, (error) => onBroken?.(error))));
  return store;
}

function bootedSession(options: HostOptions, store: ClusterStore | undefined): Session {
  const found = store?.found;
  const { topology, seed } = found ?? options;
  const wished = options.start === 'now' ? ((Math.floor(Date.now() / 1000) * 1e6) as Instant) : fixedStart;
  const start = found && found.time > wished ? found.time : wished;
  const cluster = createCluster({ topology, seed, start, ...(found && { kept: found.kept }) });
  if (found) options.log?.('The cluster that was kept goes on; no journal is written, since it does not begin at its beginning.');
  store?.attach(cluster, { topology, seed });
  const session = new Session({ cluster, journal: new Journal({ version: 1, topology, seed, start }), speed: options.speed, isPaused: options.isPaused });
  session.boot();
  return session;
}

interface HostParts {
  readonly session: Session;
  readonly gateway: Gateway;
  readonly kubeconfig: string;
  readonly journalFile: LineFile | undefined;
  readonly store: ClusterStore | undefined;
  readonly begun: number;
  readonly options: HostOptions;
}

function openedHost({ session, gateway, kubeconfig, journalFile, store, begun, options }: HostParts): Host {
  const feed = new Feed({ session, apiServer: gateway.url, kubeconfig });
  session.onBreak((error) => {
    feed.broken(error);
    options.onBroken?.(error);
  });
  const runner: Runner = runSession(
    session,
    pace(() => feed.flush(), Feed.framePeriod),
  );
  const nodePorts = options.hasNodePorts ? openNodePorts(session, options.log ?? (() => undefined)) : undefined;
  return {
    session,
    feed,
    gateway,
    kubeconfig,
    bootMilliseconds: performance.now() - begun,
    async close() {
      runner.stop();
      nodePorts?.close();
      // The journal ends with what the run came to, for a replay to be held against.
      session.command('hash', {}, () => undefined);
      feed.close();
      await gateway.close();
      journalFile?.close();
      store?.close();
      if (options.kubeconfig === undefined) rmSync(kubeconfig, { force: true });
    },
  };
}

/** Runs `act`; a refusal of the system becomes one sentence that begins as given. */
function refuseWith(beginning: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      EACCES: 'this user may not',
      ENOENT: 'that folder cannot be made',
      EEXIST: 'it exists already',
      EISDIR: 'it is a folder',
      ENOTDIR: 'a part of its path is no folder',
      EROFS: 'that file system cannot be written',
      ENOSPC: 'the disk is full',
    };
    throw new FileRefusal(`${beginning}: ${reasons[code ?? ''] ?? message}.`);
  }
}

function keepJournal(journal: Journal, path: string | undefined): LineFile | undefined {
  if (path === undefined) return undefined;
  let file: LineFile | undefined;
  refuseWith(`${path} cannot be used as journal`, () => (file = new LineFile(path)));
  file?.append(headLine(journal.head));
  journal.onAppend((entry) => file?.append(entryLine(entry)));
  return file;
}

/** Calls `act` at most every `period` wall milliseconds, and once more after the last call of a busy stretch. */
function pace(act: () => void, period: number): () => void {
  let last = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  const run = (): void => {
    timer = undefined;
    last = performance.now();
    act();
  };
  return () => {
    if (timer) return;
    const wait = last + period - performance.now();
    if (wait <= 0) run();
    else timer = setTimeout(run, wait).unref();
  };
}
