// Random runs: a topology, load and faults drawn from a seed, then everything healed, time to settle, and all checkers asked.
import { Random } from '@/simulation/random/random.ts';
import { milliseconds, minutes, parseRfc3339, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import type { ApiRequest } from '@/kubernetes/apimachinery/rest/rest.ts';
import { watchWithCheckers } from '../checkers/registry.ts';
import type { Cluster } from '../cluster.ts';
import { createCluster } from '../create-cluster.ts';

export interface SwarmResult {
  readonly seed: number;
  readonly topology: string;
  /** What was done, in order, for reading a failed run. */
  readonly story: readonly string[];
  /** Broken promises; empty for a clean run. */
  readonly findings: readonly string[];
  readonly etcdHash: string;
  readonly occurrenceHash: string;
}

const start = parseRfc3339('2026-01-01T09:00:00Z') as Instant;
const topologies = ['one-machine', 'three-workers', 'two-zones', '5-workers'];
const settleTime = minutes(20);
/** Weighed by repetition: whole machines go most often. */
const machineFaults = [
  'machine-unplugged',
  'machine-unplugged',
  'machine-powered-off',
  'machine-powered-off',
  'agent-stopped',
  'cable-lossy',
  'cable-slow',
  'cable-sends-nothing',
  'cable-receives-nothing',
];
const credential = { kind: 'certificate', user: 'swarm', groups: ['system:masters'] } as const;

/** One run. Same seed, same result. */
export function runSwarmSeed(seed: number): SwarmResult {
  const random = new Random(`swarm ${seed}`);
  const topology = random.pick(topologies);
  const cluster = createCluster({ topology, seed, start });
  const run = new SwarmRun(cluster, random);
  const watched = watchWithCheckers(cluster);
  run.play();
  cluster.clock.runFor(settleTime);
  watched.settled();
  if (!cluster.isReady) run.complain('The cluster never became ready.');
  return { seed, topology, story: run.story, findings: [...watched.findings, ...run.findings], etcdHash: cluster.etcdHash(), occurrenceHash: cluster.occurrences.hashHex };
}

class SwarmRun {
  readonly story: string[] = [];
  readonly findings: string[] = [];
  private readonly broken = new Map<string, string>();
  private readonly apps: string[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly random: Random,
  ) {}

  play(): void {
    const { cluster, random } = this;
    const limit = (cluster.clock.now + minutes(10)) as Instant;
    while (!cluster.isReady && cluster.clock.runNext(limit));
    const steps = 4 + random.below(12);
    for (let i = 0; i < steps; i++) {
      this.act();
      cluster.clock.runFor(this.pause());
    }
    for (const [target, fault] of this.broken) {
      this.tell(`heal ${fault} on ${target}`);
      cluster.world.healFault(fault, target);
    }
  }

  complain(sentence: string): void {
    this.findings.push(sentence);
  }

  private tell(what: string): void {
    this.story.push(`${((this.cluster.clock.now - start) / 1e6).toFixed(3)} s: ${what}`);
  }

  /** Mostly short, sometimes long enough for grace periods and tolerations to pass. */
  private pause(): Duration {
    const { random } = this;
    const kind = random.below(10);
    if (kind < 5) return milliseconds(random.within(1, 5000));
    if (kind < 8) return seconds(random.within(5, 70));
    return seconds(random.within(70, 420));
  }

  private act(): void {
    const acts = [() => this.deploy(), () => this.scale(), () => this.rollout(), () => this.break(), () => this.break(), () => this.kill(), () => this.heal(), () => this.deletePod(), () => this.deleteApp()];
    this.random.pick(acts)();
  }

  private deploy(): void {
    const name = `app-${this.apps.length + 1}`;
    const replicas = 1 + this.random.below(6);
    this.apps.push(name);
    this.tell(`deploy ${name} with ${replicas} replicas`);
    const labels = { app: name };
    this.send({
      verb: 'create',
      group: 'apps',
      version: 'v1',
      resource: 'deployments',
      namespace: 'default',
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name },
        spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'nginx:1.27', resources: { requests: { cpu: '50m', memory: '16Mi' } } }] } } },
      },
    });
    this.send({
      verb: 'create',
      group: '',
      version: 'v1',
      resource: 'services',
      namespace: 'default',
      body: { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80 }] } },
    });
  }

  private scale(): void {
    const name = this.someApp();
    if (!name) return;
    const replicas = this.random.below(8);
    this.tell(`scale ${name} to ${replicas}`);
    this.patch(name, { spec: { replicas } });
  }

  private rollout(): void {
    const name = this.someApp();
    if (!name) return;
    const image = `nginx:1.${20 + this.random.below(9)}`;
    this.tell(`set the image of ${name} to ${image}`);
    this.patch(name, { spec: { template: { metadata: { annotations: { round: String(this.random.below(1000)) } }, spec: { containers: [{ name: 'main', image }] } } } });
  }

  private deleteApp(): void {
    const name = this.someApp();
    if (!name || this.random.chance(0.6)) return;
    this.tell(`delete ${name}`);
    this.send({ verb: 'delete', group: 'apps', version: 'v1', resource: 'deployments', namespace: 'default', name });
  }

  private deletePod(): void {
    const pods = this.cluster.peek('', 'pods').filter((pod) => pod.metadata.namespace === 'default');
    if (pods.length === 0) return;
    const { name } = this.random.pick(pods).metadata;
    this.tell(`delete pod ${name}`);
    this.send({ verb: 'delete', group: '', version: 'v1', resource: 'pods', namespace: 'default', name });
  }

  /** Breaks a machine, its cable or an agent of it; one fault per machine at a time. */
  private break(): void {
    // A machine that still boots has no agents yet to stop.
    const machines = this.cluster.world.machines.filter((machine) => machine.isAgentRunning('kubelet')).filter(({ name }) => ![...this.broken.keys()].some((target) => target.split('/')[0] === name));
    if (machines.length === 0) return;
    const { name } = this.random.pick(machines);
    const fault = this.random.pick(machineFaults);
    const target = fault === 'agent-stopped' ? `${name}/kubelet` : name;
    this.tell(`${fault} ${target}`);
    this.cluster.world.injectFault(fault, target);
    this.broken.set(target, fault);
  }

  /** Kills a process somewhere, the control plane's own included: nothing to heal, a kubelet starts it again. */
  private kill(): void {
    const running = this.cluster.world.machines.flatMap((machine) => machine.runtime.running.map(({ pod, name }) => `${pod.namespace}/${pod.name}/${name}`));
    if (running.length === 0) return;
    const target = this.random.pick(running);
    this.tell(`kill ${target}`);
    this.cluster.world.injectFault('container-killed', target);
  }

  private heal(): void {
    const broken = [...this.broken];
    if (broken.length === 0) return;
    const [target, fault] = this.random.pick(broken);
    this.tell(`heal ${fault} on ${target}`);
    this.cluster.world.healFault(fault, target);
    this.broken.delete(target);
  }

  private someApp(): string | undefined {
    return this.apps.length > 0 ? this.random.pick(this.apps) : undefined;
  }

  private patch(name: string, body: unknown): void {
    this.send({ verb: 'patch', patchType: 'strategic', group: 'apps', version: 'v1', resource: 'deployments', namespace: 'default', name, body });
  }

  /** Refusals are part of life here: the server may be down, the object gone. */
  private send(request: Omit<ApiRequest, 'credential' | 'userAgent'>): void {
    this.cluster.clock.cause = 0;
    this.cluster.api.request({ ...request, credential, userAgent: 'swarm/1.0' }, () => undefined);
  }
}
