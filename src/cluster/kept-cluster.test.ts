// A cluster that goes on from what an earlier run kept: as after a power cut of all machines, and fast.
import { describe, expect, it } from 'vitest';
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import { createCluster } from './create-cluster.ts';
import { bootCluster } from './replay/replay.ts';
import { createTestCluster } from './testing/test-cluster.ts';
import { plus, seconds } from '@/simulation/clock/duration.ts';

describe('a cluster that was kept', () => {
  it('comes back with its objects, its volumes and its pods running again', () => {
    const first = createTestCluster().deploy('web', 3).create(`
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: counter }
spec:
  containers:
    - name: main
      image: busybox:1.36
      command: [sh, -c, "echo start >> /data/starts; sleep 36000"]
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
`);
    first.until(() => first.pods().filter(({ status }) => status.phase === 'Running').length === 4).run(20);
    const uids = first.pods().map(({ metadata }) => metadata.uid);
    const kept = structuredClone(first.cluster.keep());
    const start = plus(first.cluster.clock.now, seconds(60));
    const again = createCluster({ ...first.cluster.options, start, kept });
    bootCluster(again);
    again.clock.runUntil(plus(again.clock.now, seconds(60)));

    const web = again.peekOne<Deployment>('apps', 'deployments', 'default', 'web');
    expect(web?.status.readyReplicas).toBe(3);
    const pods = again.peek<(ReturnType<typeof first.pods>)[number]>('', 'pods');
    const own = pods.filter(({ metadata }) => metadata.namespace === 'default');
    expect(own.map(({ metadata }) => metadata.uid).sort()).toEqual([...uids].sort());
    expect(own.every(({ status }) => status.phase === 'Running')).toBe(true);
    const files = Object.values(again.keep().disks).flatMap((disk) => disk.files);
    expect(files.find(({ path }) => path.endsWith('/starts'))?.content).toBe('start\nstart\n');
  });
});
