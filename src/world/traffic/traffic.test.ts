// The user outside: requests, their accounts, and what is told of failures.
import { expect, test } from 'vitest';
import { TestWorld } from '../testing/test-world.ts';

function served(): TestWorld {
  const world = new TestWorld(3);
  const pods = ['worker-1', 'worker-2'].map((name, at) => world.start(name, { image: 'nginx', name: `web-${at + 1}` }));
  for (const machine of world.world.machines) {
    const backends = pods.map((pod, at) => ({
      ip: pod.ip,
      port: 80,
      target: `Pod/default/web-${at + 1}`,
      nodeName: pod.machine.name,
    }));
    const base = {
      servicePort: 'default/web:',
      protocol: 'TCP' as const,
      backends,
      isDroppedWhenEmpty: false,
      affinitySeconds: 0,
    };
    machine.filter.setRules([
      { ...base, ip: '10.96.0.7', port: 80, kind: 'ClusterIP' },
      { ...base, ip: '*', port: 31000, kind: 'NodePort' },
    ]);
  }
  return world;
}

const source = { namespace: 'default', service: 'web', ip: '10.96.0.7', port: 80, path: '/', ratePerSecond: 20 };

test('requests through a node port are answered by all backends, each with its account', () => {
  const world = served();
  const { traffic } = world.world;
  traffic.start({ ...source, nodePort: 31000 });
  world.run(10);
  const [counts] = traffic.counts;
  const { packets, cursor } = traffic.packetsSince(0);
  const crossing = packets.find((packet) => packet.outcome === 'ok' && packet.path.length === 5);
  expect([
    counts?.failed,
    (counts?.sent ?? 0) > 150,
    Object.keys(counts?.byBackend ?? {}).sort(),
    traffic.packetsSince(cursor).packets.length,
  ]).toEqual([0, true, ['default/web-1', 'default/web-2'], 0]);
  expect(crossing?.hops.map(({ at, kind }) => `${at.split(':')[0]} ${kind}`)).toEqual([
    'user send',
    'user send',
    'service rule',
    'machine forward',
    'pod accept',
    'pod answer',
  ]);
});

test('a cluster address is reached through a machine as the way in, and the account says so', () => {
  const world = served();
  world.world.traffic.start(source);
  world.run(2);
  const packet = world.world.traffic.packetsSince(0).packets[0];
  expect([packet?.outcome, packet?.hops[0]?.detail]).toEqual([
    'ok',
    expect.stringMatching(/^GET \/ to 10\.96\.0\.7:80, which exists only inside the cluster: worker-\d is the way in$/),
  ]);
});

test('requests to a machine that is off time out, and only the turn is told', () => {
  const world = served();
  world.world.traffic.start({ ...source, nodePort: 31000 });
  world.run(5);
  world.world.injectFault('machine-powered-off', 'worker-2');
  world.run(30);
  const outcomes = new Set(world.world.traffic.packetsSince(0).packets.map(({ outcome }) => outcome));
  const told = world.occurrences.since(1).filter(({ kind }) => kind === 'network');
  expect([outcomes.has('timeout'), outcomes.has('ok'), told[0]?.reason]).toEqual([true, true, 'RequestFailed']);
});

test('a real visitor speaks bytes through a node port, and is told of when nobody answers', () => {
  const world = served();
  const { traffic } = world.world;
  const visit = (nodePort: number): string[] => {
    const told: string[] = [];
    const input = traffic.visit(
      { namespace: 'default', service: 'web', nodePort },
      { output: (text) => told.push(text.split('\r\n')[0] ?? ''), errors: () => undefined, ended: (end) => told.push(end.kind) },
    );
    input.input('GET / HTTP/1.1\r\nhost: web\r\n\r\n');
    world.run(10);
    input.stop();
    return told;
  };
  expect([visit(31000), visit(31001)]).toEqual([['HTTP/1.1 200 OK'], ['failed']]);
  const told = world.occurrences.since(1).filter(({ kind }) => kind === 'network');
  expect([traffic.packetsSince(0).packets.map(({ outcome, status }) => `${outcome} ${status}`), told.map(({ reason }) => reason)]).toEqual([['ok 200', 'refused 0'], ['RequestFailed']]);
});
