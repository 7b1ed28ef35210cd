// The scheduler on a real etcd and API server: what it does over time, told by its own occurrences.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { nodesResource, podsResource, priorityClassesResource } from '@/kubernetes/client/resources.ts';
import { startTestCluster, type TestCluster } from '@/kubernetes/testing/test-cluster.ts';
import { milliseconds, seconds } from '@/simulation/clock/duration.ts';
import { startScheduler, type Scheduler } from './scheduler.ts';
import { node, pod } from './testing/objects.ts';

class Bench {
  readonly cluster: TestCluster = startTestCluster({
    disabledAdmission: ['ServiceAccount', 'TaintNodesByCondition'],
  });
  readonly scheduler: Scheduler;
  private readonly client = this.cluster.client();

  constructor(...nodes: readonly Node[]) {
    this.addNodes(...nodes);
    const important = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'important' },
      value: 1000,
    };
    this.cluster.run(this.client.of(priorityClassesResource).create('', important as unknown as KubeObject));
    this.scheduler = startScheduler(this.cluster.process('kube-scheduler'), {
      client: this.cluster.client('kube-scheduler'),
    });
    this.cluster.settle();
  }

  addNodes(...nodes: readonly Node[]): void {
    for (const { metadata, ...rest } of nodes) {
      const { name, labels } = metadata;
      const stored = this.cluster.run(
        this.client
          .of<Node>(nodesResource)
          .create('', { ...rest, metadata: { name, labels } } as unknown as Node),
      );
      this.cluster.run(this.client.of<Node>(nodesResource).updateStatus({ ...stored, status: rest.status }));
    }
  }

  addPod(name: string, spec: Partial<PodSpec> = {}, labels = {}): void {
    const { metadata: _made, ...rest } = pod(name, labels, spec);
    this.cluster.run(
      this.client
        .of<Pod>(podsResource)
        .create('default', { ...rest, metadata: { name, labels } } as unknown as Pod),
    );
    this.cluster.settle();
  }

  pod(name: string): Pod {
    return this.cluster.run(this.client.of<Pod>(podsResource).get('default', name));
  }

  remove(name: string): void {
    this.cluster.run(this.client.of<Pod>(podsResource).delete('default', name, { gracePeriodSeconds: 0 }));
  }

  /** What the scheduler told so far. */
  told(): readonly string[] {
    return this.cluster.timeline('scheduling');
  }
}

describe('the scheduler', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench(
      node('a'),
      node('b', {}, { spec: { unschedulable: true } }),
      node('c', {}, { allocatable: { cpu: '500m' } }),
    );
  });

  it('keeps the refusal of every node while a pod waits, and forgets it once the pod has a node', () => {
    bench.addPod('big', {
      containers: [
        { name: 'main', image: 'nginx', resources: { requests: { cpu: '6' } } },
      ] as unknown as PodSpec['containers'],
    });
    const diagnosis = bench.scheduler.diagnosis('default/big');
    const refusals = [...(diagnosis?.byNode ?? [])]
      .map(([name, { plugin, reasons }]) => [name, plugin, ...reasons])
      .sort();
    bench.addNodes(node('d', {}, { allocatable: { cpu: '8' } }));
    bench.cluster.pass(seconds(1));
    expect([refusals, bench.pod('big').spec.nodeName, bench.scheduler.diagnosis('default/big')]).toEqual([
      [
        ['a', 'NodeResourcesFit', 'Insufficient cpu'],
        ['b', 'NodeUnschedulable', 'node(s) were unschedulable'],
        ['c', 'NodeResourcesFit', 'Insufficient cpu'],
      ],
      'd',
      undefined,
    ]);
  });

  it('makes room for a pod of higher priority and keeps the place for it', () => {
    for (const name of ['one', 'two', 'three', 'four']) bench.addPod(name);
    bench.addPod('vip', { priorityClassName: 'important' });
    bench.cluster.pass(milliseconds(500));
    bench.addPod('late');
    const { nominatedNodeName } = bench.pod('vip').status;
    for (const name of ['one', 'two', 'three', 'four'])
      if (bench.pod(name).metadata.deletionTimestamp) bench.remove(name);
    bench.cluster.pass(seconds(1));
    expect([
      nominatedNodeName,
      bench.pod('vip').spec.nodeName,
      bench.pod('vip').status.nominatedNodeName,
      bench.pod('late').spec.nodeName,
      bench.told().slice(4),
    ]).toEqual([
      'a',
      'a',
      undefined,
      undefined,
      [
        'FailedScheduling Pod/default/vip',
        'Preempted Pod/default/four',
        'FailedScheduling Pod/default/late',
        'Scheduled Pod/default/vip',
      ],
    ]);
  });

  it('spreads the pods of one Service without being asked to', () => {
    bench.addNodes(node('e'), node('f'));
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
    };
    const services = bench.cluster.client().of({ group: '', version: 'v1', resource: 'services' });
    bench.cluster.run(services.create('default', service as unknown as KubeObject));
    bench.cluster.settle();
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (const name of names) bench.addPod(name, {}, { app: 'web' });
    const places = names.map((name) => bench.pod(name).spec.nodeName).sort();
    expect(places).toEqual(['a', 'a', 'e', 'e', 'f', 'f']);
  });

  it('tries once more, not twenty times, when twenty nodes come at one instant', () => {
    bench.addPod('picky', { nodeSelector: { disk: 'ssd' } });
    bench.addNodes(...Array.from({ length: 20 }, (_, at) => node(`n${at}`)));
    bench.cluster.pass(seconds(1));
    const before = bench.told().length;
    bench.addNodes(node('right', { disk: 'ssd' }));
    bench.cluster.pass(seconds(1));
    expect([before, bench.pod('picky').spec.nodeName]).toEqual([2, 'right']);
  });
});
