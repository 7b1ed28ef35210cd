// `kubectl attach`, `kubectl run -i` and a shell at a terminal, with the real binary.
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectlPath, serve, type Served } from '../host/serve.ts';

let host: Served;

beforeAll(async () => {
  host = await serve('--no-window --speed 20 --topology one-machine');
});
afterAll(() => host.stop());

test('attach hears what a container writes from now on', async () => {
  host.kubectl(['run', 'clock', '--image=busybox', '--', 'sh', '-c', 'while true; do date +%s; sleep 5; done']);
  host.kubectl('wait pod clock --for=condition=Ready --timeout=60s');
  const beside = host.kubectlBeside('attach clock');
  expect(await beside.until('\n')).toMatch(/^\d+\n/);
  await beside.stop();
});

test('run -i --rm speaks to the main process, and the pod is gone afterwards', () => {
  const { stdout, exit } = host.kubectl('run once -i --rm --image=busybox --restart=Never -- sh', 'echo hello from $HOSTNAME\nexit\n');
  expect([stdout, exit]).toEqual(['hello from once\npod "once" deleted from default namespace\n', 0]);
  expect(host.kubectl('get pod once').exit).toBe(1);
});

const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

test.skipIf(!hasTerminal)('exec -it gives a shell with a prompt, the window size and ^C', async () => {
  host.kubectl('run box --image=busybox -- sleep 1d');
  host.kubectl('wait pod box --for=condition=Ready --timeout=60s');
  const child = spawn('script', ['-qec', `stty rows 33 cols 99; ${kubectlPath()} exec -it box -- sh`, '/dev/null'], { env: { ...process.env, KUBECONFIG: host.ready.kubeconfig } });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const until = (part: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`It did not show ${JSON.stringify(part)} but ${JSON.stringify(text)}`)), 20_000);
      const look = (): void => {
        if (!text.includes(part)) return;
        clearTimeout(timer);
        child.stdout.off('data', look);
        text = '';
        resolve();
      };
      child.stdout.on('data', look);
      look();
    });
  await until('/ # ');
  child.stdin.write('stty size\r');
  await until('33 99\r\n/ # ');
  child.stdin.write('sleep 1d\r');
  await until('sleep 1d\r\n');
  child.stdin.write('\x03');
  await until('^C\r\n/ # ');
  child.stdin.write('exit 6\r');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(6);
});
