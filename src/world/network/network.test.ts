// The network as pods see it: cluster addresses, affinity, refusals, cut cables, host ports and names.
import { expect, test } from 'vitest';
import type { ProxyRule } from '@/kubernetes/cri-api/network.ts';
import { TestWorld, type TestContainer } from '../testing/test-world.ts';

function rule(part: Partial<ProxyRule>, ...backends: readonly TestContainer[]): ProxyRule {
  return {
    servicePort: 'default/web:http',
    ip: '10.96.0.7',
    port: 80,
    protocol: 'TCP',
    kind: 'ClusterIP',
    isDroppedWhenEmpty: false,
    affinitySeconds: 0,
    backends: backends.map((pod) => ({ ip: pod.ip, port: 80, target: 'Pod/default/x', nodeName: pod.machine.name })),
    ...part,
  };
}

function fetchFrom(world: TestWorld, client: TestContainer, url: string): string {
  const result = world.await(client.machine.runtime.execSync(client.id, ['wget', '-qO-', '-T', '5', url], 0));
  return result.stdout.trim() || result.stderr.trim();
}

const echo = { image: 'hashicorp/http-echo', args: ['-listen=:80'] };

test('a cluster address is shared among its backends', () => {
  const world = new TestWorld(3);
  const pods = ['worker-1', 'worker-2', 'worker-3'].map((name) =>
    world.start(name, { ...echo, args: ['-listen=:80', `-text=${name}`] }),
  );
  const client = world.start('worker-1', { image: 'busybox', command: ['sleep', '1d'] });
  world.machine('worker-1').filter.setRules([rule({}, ...pods)]);
  const answers = Array.from({ length: 60 }, () => fetchFrom(world, client, 'http://10.96.0.7'));
  const counts = ['worker-1', 'worker-2', 'worker-3'].map((name) => answers.filter((answer) => answer === name).length);
  expect([counts.reduce((a, b) => a + b), Math.min(...counts) > 8]).toEqual([60, true]);
});

test('a client keeps its backend while its affinity lasts', () => {
  const world = new TestWorld(3);
  const pods = ['worker-2', 'worker-3'].map((name) => world.start(name, { ...echo, args: ['-listen=:80', `-text=${name}`] }));
  const client = world.start('worker-1', { image: 'busybox', command: ['sleep', '1d'] });
  world.machine('worker-1').filter.setRules([rule({ affinitySeconds: 10800 }, ...pods)]);
  const answers = new Set(Array.from({ length: 20 }, () => fetchFrom(world, client, 'http://10.96.0.7')));
  expect(answers.size).toBe(1);
});

test('without backends a service refuses, without a listener a pod refuses, without a pod there is no route', () => {
  const world = new TestWorld();
  const client = world.start('worker-1', { image: 'busybox', command: ['sleep', '1d'] });
  const pod = world.start('worker-2', echo);
  world.machine('worker-1').filter.setRules([rule({})]);
  expect([
    fetchFrom(world, client, 'http://10.96.0.7'),
    fetchFrom(world, client, `http://${pod.ip}:81`),
    fetchFrom(world, client, 'http://10.244.2.99'),
    fetchFrom(world, client, 'http://10.99.9.9'),
  ]).toEqual([
    "wget: can't connect to remote host (10.96.0.7): Connection refused",
    `wget: can't connect to remote host (${pod.ip}): Connection refused`,
    "wget: can't connect to remote host (10.244.2.99): No route to host",
    'wget: download timed out',
  ]);
});

test('a cable that is out stalls what goes through it; plugged in again, it goes on', () => {
  const world = new TestWorld();
  const pod = world.start('worker-2', { ...echo, args: ['-listen=:80', '-text=back'] });
  const client = world.start('worker-1', { image: 'busybox', command: ['sleep', '1d'] });
  world.world.injectFault('machine-unplugged', 'worker-2');
  expect(fetchFrom(world, client, `http://${pod.ip}`)).toBe('wget: download timed out');
  world.clock.after(2e6 as never, () => world.world.healFault('machine-unplugged', 'worker-2'));
  expect(fetchFrom(world, client, `http://${pod.ip}`)).toBe('back');
});

test('a connection to a killed container is reset', () => {
  const world = new TestWorld();
  const server = world.start('worker-2', { image: 'busybox', command: ['nc', '-l', '-p', '9000'], name: 'server' });
  const client = world.start('worker-1', {
    image: 'busybox',
    command: ['sh', '-c', `nc ${server.ip} 9000 -w 60; echo ended $?`],
  });
  world.run(1);
  world.world.injectFault('container-killed', 'default/server/c');
  world.run(1);
  expect(client.logs()).toMatch(/Connection reset by peer\nended 1$/);
});

test('a host port leads to its pod, a pod on the host network listens on the machine', () => {
  const world = new TestWorld();
  world.start('worker-2', {
    ...echo,
    args: ['-listen=:80', '-text=mapped'],
    portMappings: [{ protocol: 'TCP', containerPort: 80, hostPort: 8080 }],
  });
  world.start('worker-2', { ...echo, args: ['-listen=:9999', '-text=host'], isHostNetwork: true });
  const client = world.start('worker-1', { image: 'busybox', command: ['sleep', '1d'] });
  const { ip } = world.machine('worker-2');
  expect([fetchFrom(world, client, `http://${ip}:8080`), fetchFrom(world, client, `http://${ip}:9999`)]).toEqual([
    'mapped',
    'host',
  ]);
});

test('names are asked of the name server that the pod was given, through the rules', () => {
  const world = new TestWorld();
  const client = world.start('worker-1', {
    image: 'busybox',
    command: ['sleep', '1d'],
    dnsServers: ['10.96.0.10'],
    searches: ['default.svc.cluster.local', 'svc.cluster.local'],
  });
  const pod = world.start('worker-2', { ...echo, args: ['-listen=:80', '-text=named'] });
  const asked: string[] = [];
  const dns = world.machine('worker-2');
  dns.network.listenDns(53, ({ name }) => {
    asked.push(name);
    const isKnown = name === 'web.default.svc.cluster.local';
    return { kind: 'dns-answer', name, outcome: isKnown ? 'ok' : 'NXDOMAIN', addresses: isKnown ? [pod.ip] : [] };
  });
  world
    .machine('worker-1')
    .filter.setRules([
      {
        ...rule({ ip: '10.96.0.10', port: 53, protocol: 'UDP' }),
        backends: [{ ip: dns.ip, port: 53, target: '', nodeName: 'worker-2' }],
      },
    ]);
  expect([fetchFrom(world, client, 'http://web'), fetchFrom(world, client, 'http://nobody'), asked.length]).toEqual([
    'named',
    "wget: bad address 'nobody'",
    4,
  ]);
});
