// Containers from start to end: signals, logs, out-of-memory kills, commands run inside, and images that are not there.
import { expect, test } from 'vitest';
import { TestWorld } from '../testing/test-world.ts';

test('a web server answers across machines and stops gracefully', () => {
  const world = new TestWorld();
  const web = world.start('worker-2', { image: 'nginx:1.27' });
  const client = world.start('worker-1', {
    image: 'busybox',
    command: ['sh', '-c', `wget -qO- http://${web.ip}/ | grep -c Welcome; wget -qO- http://${web.ip}/nope; echo code $?`],
  });
  world.run(2);
  world.await(web.machine.runtime.stopContainer(web.id, 30));
  expect([
    client.logs(),
    client.status().exitCode,
    web.status().exitCode,
    web.status().reason,
    web.logs().split('\n').length,
  ]).toEqual(['2\nwget: server returned error: HTTP/1.1 404 Not Found\ncode 1', 0, 0, 'Completed', 2]);
});

test('process 1 without a handler ignores SIGTERM and is killed after the grace', () => {
  const world = new TestWorld();
  const sleeper = world.start('worker-1', { image: 'busybox', command: ['sleep', '3600'] });
  const before = world.clock.now;
  world.await(sleeper.machine.runtime.stopContainer(sleeper.id, 30));
  expect([(world.clock.now - before) / 1e6, sleeper.status().exitCode, sleeper.status().reason]).toEqual([30, 137, 'Error']);
});

test('a trap ends a script on SIGTERM', () => {
  const world = new TestWorld();
  const script = `trap 'echo bye; exit 3' TERM; while true; do sleep 1; done`;
  const container = world.start('worker-1', { image: 'busybox', command: ['sh', '-c', script] });
  world.run(5);
  world.await(container.machine.runtime.stopContainer(container.id, 30));
  expect([container.logs(), container.status().exitCode]).toEqual(['bye', 3]);
});

test('output streams while the script runs, on virtual time', () => {
  const world = new TestWorld();
  const container = world.start('worker-1', {
    image: 'busybox',
    args: ['/bin/sh', '-c', 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done'],
  });
  world.run(2.5);
  expect(
    container
      .logs()
      .split('\n')
      .map((line) => line.slice(0, 14)),
  ).toEqual(['0: Thu Jan  1 ', '1: Thu Jan  1 ', '2: Thu Jan  1 ']);
});

test('memory past the limit is an OOM kill', () => {
  const world = new TestWorld();
  const container = world.start('worker-1', {
    image: 'polinux/stress',
    command: ['stress'],
    args: ['--vm', '1', '--vm-bytes', '250M', '--vm-hang', '1'],
    resources: { memoryLimitBytes: 100 * 2 ** 20 },
  });
  world.run(1);
  expect([container.status().state, container.status().exitCode, container.status().reason]).toEqual([
    'exited',
    137,
    'OOMKilled',
  ]);
  expect(world.occurrences.since(1).map((one) => one.reason)).toEqual(['ContainerStarted', 'OOMKilled']);
});

test('a command that is not in the image does not start', () => {
  const world = new TestWorld();
  expect(() => world.start('worker-1', { image: 'registry.k8s.io/pause:3.10', command: ['sh'] })).toThrow(
    /exec: "sh": executable file not found in \$PATH/,
  );
});

test('commands run inside a container, and time out', () => {
  const world = new TestWorld();
  const web = world.start('worker-1', { image: 'nginx' });
  const { runtime } = web.machine;
  expect(world.await(runtime.execSync(web.id, ['sh', '-c', 'echo hi > /tmp/x && cat /tmp/x; exit 4'], 1))).toEqual({
    stdout: 'hi\n',
    stderr: '',
    exitCode: 4,
  });
  expect(() => world.await(runtime.execSync(web.id, ['sleep', '10'], 1))).toThrow(/timeout 1s exceeded/);
});

test('images that say they do not exist fail to pull in the words of containerd', () => {
  const world = new TestWorld();
  expect(() => world.start('worker-1', { image: 'nginx:does-not-exist' })).toThrow(
    'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": failed to resolve reference "docker.io/library/nginx:does-not-exist": docker.io/library/nginx:does-not-exist: not found',
  );
  expect(() => world.start('worker-1', { image: 'registry.example/app:1' })).toThrow(
    /dial tcp: lookup registry.example: no such host/,
  );
});
