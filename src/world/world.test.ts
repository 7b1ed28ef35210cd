// The world as a whole: machines that lose power and come back, agents that are stopped, and the same run twice.
import { expect, test } from 'vitest';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Machine } from './machines/machine.ts';
import { TestWorld } from './testing/test-world.ts';

/** Adds a machine whose kubelet writes down when it starts and ends. */
function watched(world: TestWorld): { readonly machine: Machine; readonly story: string[] } {
  const story: string[] = [];
  const tell = (what: string): void => void story.push(`${(world.clock.now - start) / 1e6} ${what}`);
  const start = world.clock.now;
  const onBoot = (booted: Machine): void => {
    tell('boots');
    booted.runAgent('kubelet', (process) => {
      tell('kubelet starts');
      process.onEnd(() => tell('kubelet ends'));
    });
  };
  const machine = world.world.addMachine({ name: 'worker-9', role: 'worker', bootSpan: seconds(15), onBoot });
  return { machine, story };
}

test('power takes all processes along and boots them again', () => {
  const world = new TestWorld(1);
  const { machine, story } = watched(world);
  world.run(10);
  world.world.injectFault('machine-powered-off', 'worker-9');
  world.run(10);
  world.world.healFault('machine-powered-off', 'worker-9');
  world.run(5);
  expect([machine.isPowered, machine.isBooted, machine.isReachable]).toEqual([true, false, false]);
  world.run(15);
  world.world.injectFault('agent-stopped', 'worker-9/kubelet');
  expect(story).toEqual(['0 boots', '0 kubelet starts', '10 kubelet ends', '35 boots', '35 kubelet starts', '40 kubelet ends']);
  expect(machine.isReachable).toBe(true);
});

test('power that goes while a machine boots stops the boot', () => {
  const world = new TestWorld(1);
  const { machine, story } = watched(world);
  machine.powerOff();
  machine.powerOn();
  world.run(5);
  machine.powerOff();
  world.run(60);
  expect([story.filter((line) => line.endsWith('boots')).length, machine.isBooted]).toEqual([1, false]);
});

test('one seed gives one run', () => {
  const run = (seed: string): string => {
    const world = new TestWorld(3, seed);
    const web = world.start('worker-2', { image: 'nginx', name: 'web' });
    world.start('worker-1', {
      image: 'busybox',
      command: ['sh', '-c', `while sleep $((RANDOM % 5)); do wget -qO- -T 1 http://${web.ip} || exit 1; done`],
    });
    for (const machine of world.world.machines) {
      const backends = [{ ip: web.ip, port: 80, target: 'Pod/default/web', nodeName: 'worker-2' }];
      machine.filter.setRules([
        {
          servicePort: 'default/web:',
          ip: '*',
          port: 31000,
          protocol: 'TCP',
          kind: 'NodePort',
          backends,
          isDroppedWhenEmpty: false,
          affinitySeconds: 0,
        },
      ]);
    }
    world.world.traffic.start({
      namespace: 'default',
      service: 'web',
      ip: '10.96.0.1',
      port: 80,
      nodePort: 31000,
      path: '/',
      ratePerSecond: 5,
    });
    world.run(20);
    world.world.injectFault('cable-lossy', 'worker-2');
    world.run(20);
    world.world.injectFault('machine-unplugged', 'worker-2');
    world.run(20);
    return `${world.occurrences.hashHex} ${JSON.stringify(world.world.traffic.packetsSince(0).packets.map(({ end, path }) => [end, path]))}`;
  };
  expect(run('a')).toBe(run('a'));
  expect(run('a')).not.toBe(run('b'));
});
