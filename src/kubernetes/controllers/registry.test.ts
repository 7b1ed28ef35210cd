// The laws of controllers: a settled cluster is left alone, whoever starts anew; and any order of events leads to the same end.
import { describe, expect, it } from 'vitest';
import { Random } from '@/simulation/random/random.ts';
import { controllers } from './registry.ts';
import { ControlledCluster } from './testing/controlled-cluster.ts';

const template = (app: string): object => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'c', image: 'c:1' }] },
});

const objects: readonly object[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web') },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'set' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'set' } }, template: template('set') },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: { app: 'db' } },
      template: template('db'),
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'sum' },
    spec: {
      parallelism: 2,
      completions: 3,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c:1' }] } },
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'old' },
    spec: { replicas: 1, selector: { app: 'old' }, template: template('old') },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'far' }, spec: { ports: [{ port: 80 }] } },
  {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'far' },
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'orphan', labels: { app: 'set' } },
    spec: { containers: [{ name: 'c', image: 'c:1' }] },
  },
];

const kinds = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['v1', 'ReplicationController'],
  ['apps/v1', 'DaemonSet'],
  ['batch/v1', 'Job'],
  ['apps/v1', 'StatefulSet'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['v1', 'Endpoints'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['v1', 'Node'],
  ['v1', 'ServiceAccount'],
  ['v1', 'ConfigMap'],
] as const;

function settled(list: readonly object[], seed = 'laws'): ControlledCluster {
  return new ControlledCluster(seed)
    .addNode('n1')
    .addNode('n2')
    .create(...list)
    .pass(2)
    .runPods('n1')
    .pass(5);
}

describe('the controllers', () => {
  const cluster = settled(objects);
  cluster.killManager();
  cluster.pass(1);

  it.each(controllers.map(({ name }) => name))('%s writes nothing on a settled cluster', (name) => {
    const before = cluster.cluster.occurrences.total;
    cluster.startManager([name]);
    cluster.pass(30);
    cluster.killManager();
    // Signs of life go on; and whoever starts anew tells again, as an Event, of nodes that it meets.
    const written = cluster.cluster.occurrences
      .since(before + 1)
      .filter(({ subjects: [subject = ''] }) => !subject.startsWith('Lease/') && !subject.startsWith('Event/'));
    expect(written.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([]);
  });

  it('lead to the same end from any order of events', () => {
    const picture = settled(objects).picture(...kinds);
    const pictures = [1, 2, 3, 4].map((at) => {
      const chance = new Random(`order ${at}`);
      const shuffled = [...objects].map((object) => ({ object, at: chance.unit() })).sort((a, b) => a.at - b.at);
      return settled(
        shuffled.map(({ object }) => object),
        `seed ${at}`,
      ).picture(...kinds);
    });
    for (const other of pictures) expect(other).toEqual(picture);
  });

  it('each say in plain words what they are for', () => {
    const silent = controllers.filter(
      ({ explain, rules, watches }) => explain.length < 30 || rules.length === 0 || watches.length === 0,
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});
