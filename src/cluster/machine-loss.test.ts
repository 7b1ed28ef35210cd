// A machine is pulled out of the rack, in both ways: what Kubernetes does about it and when, and what really runs meanwhile.
import { describe, expect, it } from 'vitest';
import { createTestCluster } from './testing/test-cluster.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { TestCluster } from './testing/test-cluster.ts';

const victim = 'worker-2';

function readyOf(test: TestCluster, name: string): string {
  return test.cluster.peekOne<Node>('', 'nodes', '', name)?.status.conditions?.find(({ type }) => type === 'Ready')?.status ?? '';
}

function readyEndpoints(test: TestCluster): number {
  return test.cluster
    .peek<EndpointSlice>('discovery.k8s.io', 'endpointslices')
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'web')
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ conditions }) => conditions?.ready).length;
}

function running(test: TestCluster, machine: string): number {
  return (test.cluster.runtime(machine)?.listContainers() ?? []).filter(({ state, labels }) => state === 'running' && labels['io.kubernetes.pod.namespace'] === 'default').length;
}

function webCluster(): TestCluster {
  const test = createTestCluster();
  test.deploy('web', 6).create('{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }');
  test.until(() => readyEndpoints(test) === 6);
  return test.run(10).startTimeline();
}

describe.each(['machine-unplugged', 'machine-powered-off'] as const)('%s', (fault) => {
  it('is noticed after the grace period, answered after the toleration, and undone on return', () => {
    const test = webCluster();
    const before = running(test, victim);
    expect(before).toBeGreaterThan(0);
    test.inject(fault, victim).run(39);
    expect([readyOf(test, victim), readyEndpoints(test)]).toEqual(['True', 6]);
    test.run(17);
    expect([readyOf(test, victim), readyEndpoints(test)]).toEqual(['Unknown', 6 - before]);
    expect(test.places()[victim]).toBe(before);
    test.run(300);
    expect(test.places()).toMatchObject({ [`${victim} (leaving)`]: before });
    expect(test.pods().filter((pod) => !pod.metadata.deletionTimestamp)).toHaveLength(6);
    expect(running(test, victim)).toBe(fault === 'machine-unplugged' ? before : 0);
    test.run(30);
    expect(readyEndpoints(test)).toBe(6);
    test.heal(fault, victim).run(60);
    expect([readyOf(test, victim), running(test, victim), test.pods().length]).toEqual(['True', 0, 6]);
  });

  it('reads as one chain from the hand to the new container', () => {
    const test = webCluster().inject(fault, victim).run(420);
    const replacement = test.last(({ reason, subjects }) => reason === 'ContainerStarted' && (subjects[0] ?? '').startsWith('Pod/default/'));
    const chain = test.chain(replacement);
    const story = ['NodeNotReady', 'TaintAdded', 'TaintManagerEviction', 'DeletionStarted', 'Created', 'Scheduled', 'Bound', 'ContainerStarted'];
    expect(chain[0]).toBe(fault === 'machine-unplugged' ? 'MachineUnplugged' : 'MachinePoweredOff');
    expect(chain.filter((reason) => story.includes(reason))).toEqual(story);
    expect(chain.includes('LeaseRenewalFailed')).toBe(fault === 'machine-unplugged');
  });
});

describe('the control plane runs as pods', () => {
  it('without its scheduler nothing is placed, until the kubelet has started it again', () => {
    const test = createTestCluster().startTimeline();
    test.inject('container-killed', 'kube-system/kube-scheduler-control-plane/kube-scheduler').deploy('late', 1).run(0.03);
    expect(test.places()).toEqual({ nowhere: 1 });
    test.until(() => test.pods()[0]?.status.phase === 'Running');
    const scheduler = test.pods('kube-system').find(({ metadata }) => metadata.name.startsWith('kube-scheduler'));
    expect(scheduler?.status.containerStatuses?.[0]?.restartCount).toBe(1);
  });

  it('without its kubelet a machine turns NotReady while its containers run on', () => {
    const test = webCluster();
    const before = running(test, victim);
    test.inject('agent-stopped', `${victim}/kubelet`).run(60);
    expect([readyOf(test, victim), running(test, victim)]).toEqual(['Unknown', before]);
    test.heal('agent-stopped', `${victim}/kubelet`).run(30);
    expect([readyOf(test, victim), running(test, victim)]).toEqual(['True', before]);
    expect(test.pods().every((pod) => (pod.status.containerStatuses?.[0]?.restartCount ?? 0) === 0)).toBe(true);
  });

  it('without its machine nothing changes any more, and what runs keeps running', () => {
    const test = webCluster();
    test.inject('machine-powered-off', 'control-plane');
    expect(() => test.deploy('no', 1)).toThrow('unable to handle the request');
    const before = ['worker-1', 'worker-2', 'worker-3'].map((name) => running(test, name));
    test.run(900);
    expect(['worker-1', 'worker-2', 'worker-3'].map((name) => running(test, name))).toEqual(before);
    test.heal('machine-powered-off', 'control-plane').run(120);
    expect(['control-plane', 'worker-1', 'worker-2', 'worker-3'].map((name) => readyOf(test, name))).toEqual(['True', 'True', 'True', 'True']);
    expect(readyEndpoints(test)).toBe(6);
  });
});
