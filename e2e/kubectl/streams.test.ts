// What kubectl shows while it goes on: watches, followed logs, waits. The clock stands until the test lets it run.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve, type Served } from '../host/serve.ts';
import { settled } from './story.ts';

let host: Served;
beforeAll(async () => {
  host = await serve('--no-window --paused');
});
afterAll(() => host.stop());

const lines = (text: string): string[] => settled(text).split('\n').filter((line) => line !== '');
const distinct = (all: readonly string[]): string[] => [...new Set(all)];

/** Lets virtual time run for as long as `act` takes. */
async function whileTimeRuns<T>(act: () => Promise<T>): Promise<T> {
  host.ctl('setSpeed --speed 100');
  host.ctl('resume');
  try {
    return await act();
  } finally {
    host.ctl('pause');
  }
}

test('get -w shows each state that a pod goes through, as it does', async () => {
  const watch = host.kubectlBeside('get pods -w -l app=watched');
  host.kubectl('run watched --image=nginx:1.27 --labels=app=watched');
  await watch.until('Pending');
  host.ctl('advance --seconds 20');
  await watch.until('Running');
  host.kubectl('delete pod watched --wait=false');
  host.ctl('advance --seconds 40');
  await watch.until('Completed');
  const { stdout } = await watch.stop();
  expect(distinct(lines(stdout))).toEqual([
    'NAME  READY  STATUS  RESTARTS  AGE',
    'watched  0/1  Pending  0  (age)',
    'watched  0/1  ContainerCreating  0  (age)',
    'watched  1/1  Running  0  (age)',
    'watched  1/1  Terminating  0  (age)',
    'watched  0/1  Completed  0  (age)',
  ]);
});

test('get -w -o name of another kind, and --watch-only', async () => {
  const watch = host.kubectlBeside('get configmaps --watch-only -o name');
  const seen = watch.until('configmap/second');
  host.kubectl('create configmap first');
  // The watch is there once it tells of something.
  for (let i = 0; watch.text() === '' && i < 50; i++) host.kubectl(`label configmap first turn=${i} --overwrite`);
  host.kubectl('create configmap second');
  await seen;
  const { stdout } = await watch.stop();
  expect(distinct(lines(stdout))).toEqual(['configmap/first', 'configmap/second']);
});

test('logs -f streams what a container says and ends with it', async () => {
  host.kubectl(['run', 'counter', '--image=busybox:1.36', '--restart=Never', '--', 'sh', '-c', 'for i in 1 2 3 4 5; do echo tick $i; sleep 2; done']);
  host.ctl('advance --seconds 6');
  const follow = host.kubectlBeside('logs counter -f');
  await follow.until('tick 1');
  expect(follow.text()).not.toContain('tick 5');
  host.ctl('advance --seconds 20');
  const { stdout, exit } = await follow.ended;
  expect({ stdout, exit }).toEqual({ stdout: 'tick 1\ntick 2\ntick 3\ntick 4\ntick 5\n', exit: 0 });
});

test('rollout status and wait answer when it has come about', async () => {
  host.kubectl('create deployment web --image=nginx:1.27 --replicas=3');
  const status = host.kubectlBeside('rollout status deployment web --timeout=60s');
  const available = host.kubectlBeside('wait --for=condition=Available deployment/web --timeout=60s');
  const [told, met] = await whileTimeRuns(() => Promise.all([status.ended, available.ended]));
  expect(lines(told.stdout).at(-1)).toBe('deployment "web" successfully rolled out');
  expect(lines(told.stdout)[0]).toMatch(/^Waiting for deployment "web" rollout to finish: \d (of 3 updated replicas are available|out of 3 new replicas have been updated)\.\.\.$|^Waiting for deployment spec update to be observed\.\.\.$/);
  expect(met.stdout).toBe('deployment.apps/web condition met\n');
});

test('delete waits until the object is gone', async () => {
  host.kubectl(['run', 'stubborn', '--image=busybox:1.36', '--command', '--', 'sh', '-c', 'trap "" TERM; sleep 100000']);
  host.ctl('advance --seconds 10');
  const gone = host.kubectlBeside('wait --for=delete pod/stubborn --timeout=60s');
  const deletion = host.kubectlBeside('delete pod stubborn');
  const [, deleted] = await whileTimeRuns(() => Promise.all([gone.ended, deletion.ended]));
  expect(deleted).toEqual({ stdout: 'pod "stubborn" deleted from default namespace\n', stderr: '', exit: 0 });
  expect(host.kubectl('get pod stubborn').exit).toBe(1);
});

test('a wait for what does not come ends with its own timeout', async () => {
  host.kubectl('run never --image=nginx:does-not-exist');
  const { stderr, exit } = await whileTimeRuns(() => host.kubectlBeside('wait --for=condition=Ready pod/never --timeout=1s').ended);
  expect({ stderr, exit }).toEqual({ stderr: 'error: timed out waiting for the condition on pods/never\n', exit: 1 });
});
