// A rolling restart under requests: who probes and says goodbye loses none, who does not loses some, and the log says why.
import { describe, expect, test } from 'vitest';
import { createTestCluster, type TestCluster } from './testing/test-cluster.ts';

const graceful = 'readinessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 1 }, lifecycle: { preStop: { exec: { command: [sleep, "5"] } } }';

function restartedUnderRequests(container: string): TestCluster {
  const cluster = createTestCluster();
  cluster.deploy('web', 10, `image: nginx, ${container}`);
  cluster.create(`
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80 }] }
`);
  cluster.run(20);
  cluster.cluster.startTraffic({ namespace: 'default', service: 'web', path: '/', ratePerSecond: 200 });
  cluster.run(2).startTimeline();
  const restartedAt = { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T09:01:00Z' };
  const body = { spec: { template: { metadata: { annotations: restartedAt } } } };
  cluster.request({ verb: 'patch', patchType: 'strategic', group: 'apps', version: 'v1', resource: 'deployments', namespace: 'default', name: 'web', body });
  return cluster.run(60);
}

const counts = ({ cluster }: TestCluster): { sent: number; failed: number } => {
  const [{ sent, failed } = { sent: 0, failed: 0 }] = cluster.world.traffic.counts;
  return { sent, failed };
};

describe('a rolling restart under 200 requests a second', () => {
  test('loses none with a readiness probe and a pause before the end', () => {
    const cluster = restartedUnderRequests(graceful);
    expect(counts(cluster)).toEqual({ sent: expect.any(Number), failed: 0 });
    expect(counts(cluster).sent).toBeGreaterThan(10_000);
  });

  test('loses some without, and the log says which request and why', () => {
    const cluster = restartedUnderRequests('ports: [{ containerPort: 80 }]');
    const told = cluster.last(({ reason }) => reason === 'RequestFailed');
    expect(counts(cluster).failed).toBeGreaterThan(0);
    expect([told?.message, told?.data]).toEqual([expect.stringMatching(/^A request of the user to default\/web failed \(\w+\): /), { packet: expect.any(Number) }]);
  });
});
