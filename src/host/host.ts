// A running cluster with its doors open: the session pumped against the wall clock, the HTTPS gateway, the kubeconfig and the feed. Both hosts
// (Electron's main process and the headless server) start exactly this.
import { createCluster } from '@/cluster/create-cluster.ts';
import { Journal } from '@/simulation/journal/journal.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { topologyNames, topologyOf } from '@/cluster/topologies/registry.ts';
import { Feed } from './feed/feed.ts';
import { defaultKubeconfig, writePrivate } from './files/places.ts';
import { createCertificates } from './gateway/certificates.ts';
import { startGateway, type Gateway } from './gateway/gateway.ts';
import { kubeconfigText } from './gateway/kubeconfig.ts';
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
  /** Where to write the kubeconfig; a private place named after the port when not given. */
  readonly kubeconfig?: string;
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

/** Boots the cluster to Ready and opens its doors. Rejects with the system's error when the port is taken or the kubeconfig cannot be written. */
export async function startHost(options: HostOptions): Promise<Host> {
  const begun = performance.now();
  const certificates = await createCertificates();
  let session: Session | undefined;
  const gateway = await startGateway({
    certificates,
    port: options.apiPort,
    handle: (request, respond) => session?.http(request, respond),
  });
  try {
    const { topology, seed } = options;
    const start = options.start === 'now' ? ((Math.floor(Date.now() / 1000) * 1e6) as Instant) : fixedStart;
    const cluster = createCluster({ topology, seed, start });
    session = new Session({ cluster, journal: new Journal({ version: 1, topology, seed, start }), speed: options.speed, isPaused: options.isPaused });
    session.boot();
    const kubeconfig = options.kubeconfig ?? defaultKubeconfig(gateway.port);
    writePrivate(kubeconfig, kubeconfigText(gateway.url, certificates));
    const feed = new Feed({ session, apiServer: gateway.url, kubeconfig });
    const runner: Runner = runSession(session, {
      onSlice: pace(() => feed.flush(), Feed.framePeriod),
      onBroken: (error) => {
        feed.broken(error);
        options.onBroken?.(error);
      },
    });
    return {
      session,
      feed,
      gateway,
      kubeconfig,
      bootMilliseconds: performance.now() - begun,
      async close() {
        runner.stop();
        feed.close();
        await gateway.close();
      },
    };
  } catch (error) {
    await gateway.close();
    throw error;
  }
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
