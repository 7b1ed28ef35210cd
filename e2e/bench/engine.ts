// Timed runs of the engine alone: booting, and pods from created to Running at two sizes. Wall time outside, virtual time inside.
import { createCluster } from '@/cluster/create-cluster.ts';
import { bootCluster } from '@/cluster/replay/replay.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { parseRfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';

const start = parseRfc3339('2026-01-01T09:00:00Z') as Instant;
const credential = { kind: 'certificate', user: 'bench', groups: ['system:masters'] } as const;

function heapBytes(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Wall milliseconds from nothing to all Ready. */
export function bootMilliseconds(topology = 'three-workers'): number {
  const begun = performance.now();
  bootCluster(createCluster({ topology, seed: 1, start }));
  return performance.now() - begun;
}

export interface PodsRun {
  readonly machines: number;
  readonly pods: number;
  readonly bootSeconds: number;
  readonly wallSeconds: number;
  /** CPU of the process from created to Running, garbage collection included: says more than wall time on a busy computer. */
  readonly cpuSeconds: number;
  readonly podsPerSecond: number;
  readonly virtualSeconds: number;
  /** At the moment when the last pod is Running: events and recent history of all of them included. */
  readonly heapBytesPerPod: number;
  /** Share of one core that the cluster costs at x1 once the pods run: heartbeats, probes, resyncs. */
  readonly idleCoreShare: number;
}

const idleSpan = seconds(60);

function deploy(cluster: Cluster, name: string, replicas: number): void {
  const labels = { app: name };
  cluster.clock.cause = 0;
  cluster.api.request(
    {
      verb: 'create',
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
      namespace: 'default',
      credential,
      userAgent: 'bench/1.0',
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: {
          replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '10m', memory: '8Mi' } } }] } },
        },
      },
    },
    () => undefined,
  );
}

/** Creates `pods` pods in ten Deployments on `machines` workers and runs until all are Running. */
export function runPods(machines: number, pods: number): PodsRun {
  const begun = performance.now();
  const cluster = createCluster({ topology: `${machines}-workers`, seed: 1, start });
  bootCluster(cluster);
  const bootSeconds = (performance.now() - begun) / 1000;
  const heapBefore = heapBytes();
  const created = performance.now();
  const cpu = cpuSeconds();
  const from = cluster.clock.now;
  let running = 0;
  const isRunning = new Set<string>();
  const stop = cluster.onWrite(({ resource, type, object }) => {
    if (resource !== 'pods' || type !== 'put' || object.metadata.namespace !== 'default') return;
    if ((object as Pod).status.phase === 'Running' && !isRunning.has(object.metadata.uid)) {
      isRunning.add(object.metadata.uid);
      running++;
    }
  });
  const deployments = 10;
  for (let n = 1; n <= deployments; n++) deploy(cluster, `app-${n}`, pods / deployments);
  const limit = (cluster.clock.now + seconds(3600)) as Instant;
  while (running < pods) if (!cluster.clock.runNext(limit)) throw new Error(`Only ${running} of ${pods} pods were Running after an hour.`);
  const wallSeconds = (performance.now() - created) / 1000;
  const spentSeconds = cpuSeconds() - cpu;
  stop();
  isRunning.clear();
  const virtualSeconds = (cluster.clock.now - from) / 1e6;
  const heapBytesPerPod = (heapBytes() - heapBefore) / pods;
  const beforeIdle = cpuSeconds();
  cluster.clock.runFor(idleSpan);
  const idleCoreShare = (cpuSeconds() - beforeIdle) / (idleSpan / 1e6);
  return { machines, pods, bootSeconds, wallSeconds, cpuSeconds: spentSeconds, podsPerSecond: pods / wallSeconds, virtualSeconds, heapBytesPerPod, idleCoreShare };
}
