// A booted cluster in a test's hands: manifests in, faults, virtual time, and a text timeline of what happened.
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { isFailure } from '@/kubernetes/apimachinery/status/status.ts';
import type { ApiRequest, ApiResponse } from '@/kubernetes/apimachinery/rest/rest.ts';
import { resourceForKind } from '@/kubernetes/api/registry.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { inSeconds, parseRfc3339, plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';
import type { Cluster } from '../cluster.ts';
import { createCluster } from '../create-cluster.ts';
import { bootCluster } from '../replay/replay.ts';

const credential = { kind: 'certificate', user: 'test', groups: ['system:masters'] } as const;

export class TestCluster {
  readonly cluster: Cluster;
  private mark = 0;
  private markTime: Instant;

  constructor(topology: string, seed: number) {
    this.cluster = createCluster({ topology, seed, start: parseRfc3339('2026-01-01T09:00:00Z') as Instant });
    bootCluster(this.cluster);
    this.markTime = this.cluster.clock.now;
  }

  /** Sends a request that must be answered at once; throws the refusal. */
  request<T = KubeObject>(request: Omit<ApiRequest, 'credential' | 'userAgent'>): T {
    let answer: ApiResponse | undefined;
    this.cluster.clock.cause = 0;
    this.cluster.api.request({ ...request, credential, userAgent: 'test/1.0' }, (response) => (answer = response));
    if (!answer || isFailure(answer.body)) throw new Error((answer?.body as { message?: string } | undefined)?.message ?? 'no answer');
    return answer.body as T;
  }

  /** Creates every document of a YAML text. */
  create(yaml: string): this {
    for (const document of parseAllDocuments(yaml)) {
      const object = document.toJS() as KubeObject;
      const [group, version] = object.apiVersion.includes('/') ? (object.apiVersion.split('/') as [string, string]) : ['', object.apiVersion];
      const resource = resourceForKind(group, version, object.kind);
      if (!resource) throw new Error(`no resource for ${object.kind}`);
      const namespace = resource.scope === 'Namespaced' ? (object.metadata.namespace ?? 'default') : undefined;
      this.request({ verb: 'create', group, version, resource: resource.plural, namespace, body: object });
    }
    return this;
  }

  /** A Deployment of nginx, named and labelled so. */
  deploy(name: string, replicas: number, container = 'image: nginx:1.27'): this {
    return this.create(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, ${container} }] }
`);
  }

  inject(fault: string, target: string): this {
    this.cluster.clock.cause = 0;
    this.cluster.world.injectFault(fault, target);
    return this;
  }

  heal(fault: string, target: string): this {
    this.cluster.clock.cause = 0;
    this.cluster.world.healFault(fault, target);
    return this;
  }

  run(span: number): this {
    this.cluster.clock.runFor(seconds(span));
    return this;
  }

  /** Runs until `holds`, a minute of virtual time at the most unless told otherwise. */
  until(holds: () => boolean, patience = 60): this {
    const limit = plus(this.cluster.clock.now, seconds(patience));
    while (!holds()) if (!this.cluster.clock.runNext(limit)) throw new Error(`It did not come to hold within ${patience} s.`);
    return this;
  }

  pods(namespace = 'default'): readonly Pod[] {
    return this.cluster.peek<Pod>('', 'pods').filter((pod) => pod.metadata.namespace === namespace);
  }

  /** `worker-1: 2 ready` and so on: where the pods of a namespace are. */
  places(namespace = 'default'): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const pod of this.pods(namespace)) {
      const place = pod.metadata.deletionTimestamp ? `${pod.spec.nodeName} (leaving)` : (pod.spec.nodeName ?? 'nowhere');
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return counts;
  }

  /** From now on `timeline` tells what happens. */
  startTimeline(): this {
    this.mark = this.cluster.occurrences.total;
    this.markTime = this.cluster.clock.now;
    return this;
  }

  /** Lines `+50.8 controller NodeNotReady Node/worker-2` since the timeline was started, of those that `wanted` picks. */
  timeline(wanted: (occurrence: Occurrence) => boolean): readonly string[] {
    return this.cluster.occurrences
      .since(this.mark + 1)
      .filter(wanted)
      .map(({ time, kind, reason, subjects }) => `+${inSeconds((time - this.markTime) as never).toFixed(1)} ${kind} ${reason} ${(subjects[0] ?? '').replace(/-[a-z0-9]{5,10}-[a-z0-9]{5}$/, '-*')}`);
  }

  /** The reasons of an occurrence's chain, from its beginning. */
  chain(occurrence: Occurrence | undefined): readonly string[] {
    return occurrence ? [...this.cluster.occurrences.chain(occurrence.id)].reverse().map(({ reason }) => reason) : [];
  }

  /** The last occurrence since the timeline was started that `wanted` picks. */
  last(wanted: (occurrence: Occurrence) => boolean): Occurrence | undefined {
    return this.cluster.occurrences.since(this.mark + 1).filter(wanted).at(-1);
  }
}

/** A cluster that has booted. */
export function createTestCluster(topology = 'three-workers', seed = 1): TestCluster {
  return new TestCluster(topology, seed);
}
