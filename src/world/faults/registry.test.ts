// The laws of faults: each says what it does, breaks only the world, refuses wrong targets, and is repaired.
import { expect, test } from 'vitest';
import { TestWorld } from '../testing/test-world.ts';
import { faults } from './registry.ts';

function targetOf(appliesTo: string): string {
  return appliesTo === 'machine' ? 'worker-2' : appliesTo === 'agent' ? 'worker-2/kubelet' : 'default/web';
}

function prepared(): TestWorld {
  const world = new TestWorld();
  world.start('worker-2', { image: 'nginx', name: 'web' });
  world.machine('worker-2').runAgent('kubelet', () => undefined);
  return world;
}

test.each(faults.map((fault) => [fault.name, fault] as const))(
  '%s says what it does, breaks, and is repaired',
  (_name, fault) => {
    const world = prepared();
    const target = targetOf(fault.appliesTo);
    expect(fault.explain).toMatch(/\.$/);
    expect(fault.preview(world.world, target)).toMatchObject({ machine: 'worker-2', isInForce: false });
    fault.inject(world.world, target);
    world.run(1);
    expect(world.occurrences.since(1).filter((one) => one.kind === 'fault').length).toBe(1);
    if (fault.name === 'container-killed') return;
    expect(world.world.faultsInForce).toEqual([{ name: fault.name, target }]);
    expect(() => fault.inject(world.world, target)).toThrow(/\.$/);
    fault.heal(world.world, target);
    world.run(60);
    expect(world.world.faultsInForce).toEqual([]);
  },
);

test.each(faults.map((fault) => [fault.name, fault] as const))('%s refuses a wrong target in one sentence', (_name, fault) => {
  const world = prepared();
  expect(() => fault.inject(world.world, 'nobody/at/all')).toThrow(/\.$/);
});

test('what an unplugged machine runs goes on, what a powered-off one ran is gone and its disk is not', () => {
  const world = prepared();
  const { runtime, files, images } = world.machine('worker-2');
  files.directory('/var/lib/kubelet/x').write('/a', '1');
  world.world.injectFault('machine-unplugged', 'worker-2');
  world.run(10);
  expect(runtime.running.length).toBe(1);
  world.world.injectFault('machine-powered-off', 'worker-2');
  expect([
    runtime.running.length,
    runtime.listContainers().map(({ state, exitCode, reason }) => ({ state, exitCode, reason })),
    runtime.listPodSandboxes()[0]?.state,
  ]).toEqual([0, [{ state: 'exited', exitCode: 255, reason: 'Unknown' }], 'notready']);
  expect([files.directory('/var/lib/kubelet/x').read('/a'), images.imageStatus('nginx') !== undefined]).toEqual(['1', true]);
});
