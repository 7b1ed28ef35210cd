// `kubectl exec` and `kubectl cp` with the real binary, over WebSockets and over SPDY.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, type Outcome, type Served } from '../host/serve.ts';

let host: Served;

beforeAll(async () => {
  host = await serve('--no-window --speed 20 --topology one-machine');
  host.kubectl('run box --image=busybox -- sleep 1d');
  host.kubectl('run web --image=nginx');
  host.kubectl('wait pod --all --for=condition=Ready --timeout=60s');
});
afterAll(() => host.stop());

const shown = ({ stdout, stderr, exit }: Outcome): (string | number)[] => [stdout, stderr, exit];

describe.each([
  ['WebSocket', 'true'],
  ['SPDY', 'false'],
])('exec over %s', (_name, webSockets) => {
  const exec = (args: readonly string[] | string, stdin = ''): Outcome => host.kubectl(args, { stdin, env: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: webSockets } });

  test('keeps stdout and stderr apart and gives the exit code', () => {
    expect(shown(exec(['exec', 'box', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']))).toEqual(['out\n', 'err\ncommand terminated with exit code 3\n', 3]);
  });

  test('passes standard input through to its end, whatever bytes it holds', () => {
    const text = `${'line\n'.repeat(20_000)}ä€😀\n`;
    expect(shown(exec('exec -i box -- cat', text))).toEqual([text, '', 0]);
  });

  test('a piped shell runs what it reads', () => {
    expect(shown(exec('exec -i box -- sh', 'cd /tmp\nfor i in 1 2; do\n  echo "$i $PWD"\ndone\nexit 9\n'))).toEqual(['1 /tmp\n2 /tmp\n', 'command terminated with exit code 9\n', 9]);
  });

  test('a program that is not there is said with the runtime’s words', () => {
    const { stderr, exit } = exec('exec box -- nosuch');
    expect([exit, stderr.replace(/"[0-9a-f]{64}"/, '(id)')]).toEqual([
      1,
      'error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec (id): OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH\n',
    ]);
  });
});

describe('exec', () => {
  test('refuses what is not there as upstream does', () => {
    expect(shown(host.kubectl('exec nobody -- ls'))).toEqual(['', 'Error from server (NotFound): pods "nobody" not found\n', 1]);
    expect(shown(host.kubectl('exec box -c other -- ls'))).toEqual(['', 'error: container other is not valid for pod box out of: box\n', 1]);
  });

  test('works on a workload, in a chosen container, through the network of the cluster', () => {
    const ip = host.kubectl('get pod web -o jsonpath={.status.podIP}').stdout;
    expect(host.kubectl(['exec', 'pod/box', '-c', 'box', '--', 'wget', '-qO-', `http://${ip}`]).stdout).toContain('Welcome to nginx!');
  });

  test('ends with the container that it runs in', async () => {
    host.kubectl('run brief --image=busybox --restart=Never -- sleep 1d');
    host.kubectl('wait pod brief --for=condition=Ready --timeout=60s');
    const beside = host.kubectlBeside(['exec', 'brief', '--', 'sh', '-c', 'echo begun; sleep 1h']);
    await beside.until('begun');
    host.kubectl('delete pod brief --grace-period=0 --force');
    expect((await beside.ended).exit).toBe(137);
  });
});

describe('cp', () => {
  test('a folder goes there and comes back, byte by byte', () => {
    const folder = join(host.folder, 'given');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    const bytes = randomBytes(400_000);
    writeFileSync(join(folder, 'deep', 'bytes'), bytes);
    writeFileSync(join(folder, 'empty'), '');
    expect(shown(host.kubectl(['cp', folder, 'box:/tmp/taken']))).toEqual(['', '', 0]);
    expect(host.kubectl('exec box -- find /tmp/taken').stdout).toBe('/tmp/taken\n/tmp/taken/deep\n/tmp/taken/deep/bytes\n/tmp/taken/empty\n');
    expect(host.kubectl(['cp', 'box:/tmp/taken', join(host.folder, 'back')]).exit).toBe(0);
    expect(readFileSync(join(host.folder, 'back', 'deep', 'bytes')).equals(bytes)).toBe(true);
  });

  test('into a folder that is not there is refused before anything is sent', () => {
    const { stderr, exit } = host.kubectl(['cp', join(host.folder, 'given', 'empty'), 'box:/no/such/folder/file']);
    expect([exit, stderr]).toEqual([1, "tar: can't change directory to '/no/such/folder': No such file or directory\ncommand terminated with exit code 1\n"]);
  });
});
