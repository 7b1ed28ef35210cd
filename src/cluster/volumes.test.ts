// Claims in a whole cluster: a volume is made where the first pod goes, and what is written to it outlives the pod.
import { describe, expect, it } from 'vitest';
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import { createTestCluster, type TestCluster } from './testing/test-cluster.ts';

const claim = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

const pod = (name: string, script: string): string => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers:
    - name: main
      image: busybox:1.36
      command: [sh, -c, "${script}"]
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`;

const claimOf = (test: TestCluster): PersistentVolumeClaim | undefined =>
  test.cluster.peekOne<PersistentVolumeClaim>('', 'persistentvolumeclaims', 'default', 'data');

const volumes = (test: TestCluster): readonly PersistentVolume[] =>
  test.cluster.peek<PersistentVolume>('', 'persistentvolumes');

const phaseOf = (test: TestCluster, name: string): string | undefined =>
  test.pods().find(({ metadata }) => metadata.name === name)?.status.phase;

const remove = (test: TestCluster, resource: string, name: string): void =>
  void test.request({ verb: 'delete', group: '', version: 'v1', resource, namespace: 'default', name });

describe('a claim of the default class', () => {
  it('waits for a pod, gets a directory of its machine, and keeps what was written for the next pod', () => {
    const test = createTestCluster().create(claim).run(5);
    expect([claimOf(test)?.status.phase, volumes(test).length]).toEqual(['Pending', 0]);

    test.create(pod('writer', 'echo kept > /data/note; sleep 3600'));
    test.until(() => phaseOf(test, 'writer') === 'Running').run(5);
    const machine = test.pods()[0]?.spec.nodeName;
    const [volume] = volumes(test);
    const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms;
    expect(terms?.[0]?.matchExpressions?.[0]?.values).toEqual([machine]);
    expect([claimOf(test)?.status.phase, volume?.status.phase]).toEqual(['Bound', 'Bound']);

    remove(test, 'pods', 'writer');
    test.run(60).create(pod('reader', 'grep kept /data/note && sleep 3600'));
    test.until(() => phaseOf(test, 'reader') === 'Running').run(10);
    const reader = test.pods()[0];
    expect([reader?.spec.nodeName, reader?.status.phase]).toEqual([machine, 'Running']);
    expect(reader?.status.containerStatuses?.[0]?.restartCount).toBe(0);

    remove(test, 'persistentvolumeclaims', 'data');
    expect(claimOf(test.run(5))?.metadata.deletionTimestamp).toBeDefined();
    remove(test, 'pods', 'reader');
    test.run(60);
    expect([claimOf(test), volumes(test)]).toEqual([undefined, []]);
  });

  it('pulls its pod to the machine of its volume, also when that machine has gone', () => {
    const test = createTestCluster().create(claim + '---' + pod('web', 'sleep 3600'));
    test.until(() => phaseOf(test, 'web') === 'Running');
    const machine = test.pods()[0]?.spec.nodeName ?? '';
    test.inject('machine-powered-off', machine).run(400);
    test.request({
      verb: 'delete',
      group: '',
      version: 'v1',
      resource: 'pods',
      namespace: 'default',
      name: 'web',
      options: { gracePeriodSeconds: 0 },
    });
    test.create(pod('web', 'sleep 3600')).run(30);
    expect(phaseOf(test, 'web')).toBe('Pending');
    test.heal('machine-powered-off', machine);
    test.until(() => phaseOf(test, 'web') === 'Running');
    expect(test.pods()[0]?.spec.nodeName).toBe(machine);
  });
});
