// The laws of image behaviours: each starts, stays inside its curve, answers its stop signal, and costs nothing while idle.
import { expect, test } from 'vitest';
import { TestWorld } from '../testing/test-world.ts';
import { images } from './registry.ts';

const shells = ['busybox', 'debian'];

function nameOf(repositories: readonly string[]): string {
  const [first = 'someone/something'] = repositories;
  return first.startsWith('*/') ? `docker.io/someone/${first.slice(2)}` : first;
}

test.each(images.map((image) => [image.name, image] as const))(
  '%s starts, stays inside its curve for an hour, and answers its stop signal',
  (_name, image) => {
    const world = new TestWorld(1);
    const isShell = shells.includes(image.name);
    const container = world.start('worker-1', {
      image: nameOf(image.repositories),
      env: { POSTGRES_PASSWORD: 'x' },
      command: isShell ? ['sh', '-c', "trap 'exit 0' TERM; sleep 1d & wait"] : [],
      args: image.name === 'stress' ? ['--vm', '1', '--vm-bytes', '10M'] : [],
    });
    expect(image.explain).toMatch(/\.$/);
    expect(world.machine('worker-1').images.imageStatus(nameOf(image.repositories))?.sizeBytes).toBe(image.sizeBytes('latest'));
    if (image.name === 'crasher') {
      world.run(10);
      expect([container.status().state, container.status().exitCode]).toEqual(['exited', 1]);
      return;
    }
    world.run(3600);
    const usage = container.machine.runtime.containerUsage(container.id);
    expect([
      container.status().state,
      (usage?.cpuMillicores ?? 0) <= image.usage.idleCpuMillicores + 50,
      (usage?.memoryBytes ?? 0) <= image.usage.memoryBytes + 11 * 2 ** 20,
    ]).toEqual(['running', true, true]);
    const before = world.clock.now;
    world.await(container.machine.runtime.stopContainer(container.id, image.name === 'stress' ? 0 : 30));
    expect([container.status().state, world.clock.now - before < 2e6]).toEqual(['exited', true]);
  },
);

test.each(
  images
    .filter(({ name }) => !['worker', 'voting-worker', 'redis-replica'].includes(name))
    .map((image) => [image.name, image] as const),
)('%s costs nothing while it is idle', (_name, image) => {
  const world = new TestWorld(1);
  world.start('worker-1', {
    image: nameOf(image.repositories),
    env: { POSTGRES_PASSWORD: 'x' },
    command: shells.includes(image.name) ? ['sleep', 'infinity'] : [],
    args: image.name === 'stress' ? ['--cpu', '1'] : [],
  });
  world.run(120);
  expect(world.clock.pending).toBe(0);
});
