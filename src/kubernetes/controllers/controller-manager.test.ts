// All controllers together: what they do about a lost node and why, in one chain; and that they can be killed at any time.
import { expect, it } from 'vitest';
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import { ControlledCluster } from './testing/controlled-cluster.ts';

const web = (replicas: number, image = 'web:1'): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } },
  },
});

it('tells why a pod was replaced: machine, lease, node, taint, eviction, new pod', () => {
  const stage = new ControlledCluster().addNode('n1').addNode('n2').create(web(2)).pass(2).runPods('n1');
  const { occurrences, root } = stage.cluster;
  root.record({
    kind: 'fault',
    reason: 'MachineUnplugged',
    subjects: ['Machine/n1'],
    message: 'The cable of n1 was pulled out',
  });
  root.cause = 0;
  const before = occurrences.total;
  stage.silence('n1').pass(400);
  const created = occurrences
    .since(before)
    .find(({ reason, subjects }) => reason === 'Created' && subjects[0]?.startsWith('Pod/default/web-'));
  const chain = occurrences.chain(created?.id ?? 0).filter(({ kind }) => kind === 'controller' || kind === 'fault');
  expect(chain.map(({ reason }) => reason).reverse()).toEqual([
    'MachineUnplugged',
    'NodeNotReady',
    'TaintAdded',
    'EvictionScheduled',
    'TaintManagerEviction',
    'TooFewReplicas',
  ]);
});

it('takes 50 s to call a node unknown and 300 s more to evict', () => {
  const stage = new ControlledCluster().addNode('n1').addNode('n2').create(web(1)).pass(2).runPods('n1');
  const from = stage.cluster.clock.now;
  const first = stage.cluster.occurrences.total;
  stage.silence('n1').pass(400);
  const at = (wanted: string): number => {
    const found = stage.cluster.occurrences.since(first).find(({ reason }) => reason === wanted);
    return found ? Math.round((found.time - from) / 1e6) : -1;
  };
  const unknown = at('NodeNotReady');
  expect(unknown).toBeGreaterThanOrEqual(50);
  expect(unknown).toBeLessThanOrEqual(60);
  expect(at('TaintManagerEviction') - unknown).toBe(300);
});

it('goes on with a rollout after it was killed in the middle', () => {
  const stage = new ControlledCluster().addNode('n1').create(web(4)).pass(2).runPods('n1');
  stage
    .patch('Deployment', 'web', { spec: { template: { spec: { containers: [{ name: 'c', image: 'web:2' }] } } } })
    .pass(1);
  stage.killManager();
  stage.pass(5).startManager();
  for (let round = 0; round < 8; round++) stage.pass(1).runPods('n1');
  const [deployment] = stage.list<Deployment>('apps/v1', 'Deployment');
  expect(deployment?.status).toMatchObject({ replicas: 4, updatedReplicas: 4, availableReplicas: 4 });
  const live = stage.pods().filter((pod) => pod.metadata.deletionTimestamp === undefined);
  expect(live.map((pod) => pod.spec.containers[0]?.image)).toEqual(['web:2', 'web:2', 'web:2', 'web:2']);
});
