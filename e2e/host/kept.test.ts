// A cluster in a data folder: what was acknowledged is there after the host was killed at any moment, and it is back within seconds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessOf, ask, type Access } from './requests.ts';
import { serve, type Served } from './serve.ts';

const rounds = process.env.CI === 'true' ? 10 : 3;
const writers = 4;
/** Wall milliseconds of writing before the kill, from none to most of a second. */
const longestRound = 800;

let data: string;
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'kubarium-kept-'));
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const start = (): Promise<Served> => serve(['--no-window', '--topology', 'one-machine', '--data', data]);
const path = '/api/v1/namespaces/default/configmaps';

/** Writes until the host is gone; gives what was acknowledged: names, or deletions of names. */
async function write(access: Access, prefix: string, acknowledged: Map<string, boolean>): Promise<void> {
  try {
    for (let number = 0; ; number++) {
      const name = `${prefix}-${number}`;
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(number % 500) } };
      const made = await ask(access, { path, body });
      if (made.status === 201) acknowledged.set(name, true);
      if (number % 5 !== 4) continue;
      // Whether a deletion that nobody answered took place is open.
      acknowledged.delete(name);
      const gone = await ask(access, { method: 'DELETE', path: `${path}/${name}` });
      if (gone.status === 200) acknowledged.set(name, false);
    }
  } catch {
    // The host was killed.
  }
}

test(`no acknowledged write is lost when the host is killed at a random moment, ${rounds} times`, async () => {
  const acknowledged = new Map<string, boolean>();
  for (let round = 0; round < rounds; round++) {
    const host = await start();
    const access = accessOf(host.ready.kubeconfig);
    const working = Array.from({ length: writers }, (_, writer) => write(access, `round-${round}-${writer}`, acknowledged));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestRound));
    await host.stop('SIGKILL');
    await Promise.all(working);
  }
  const host = await start();
  const { text } = await ask(accessOf(host.ready.kubeconfig), { path });
  const found = new Set((JSON.parse(text) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name));
  await host.stop();
  expect([...acknowledged].filter(([name, isThere]) => found.has(name) !== isThere)).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(rounds);
  expect(host.ready.bootMs).toBeLessThan(3000);
});

test('pods that ran run again, restarted, and a second host is refused the folder', async () => {
  const first = await start();
  expect(first.kubectl('create deployment web --image=nginx:1.27').exit).toBe(0);
  expect(first.kubectl('rollout status deployment web --timeout=60s').exit).toBe(0);
  const uid = first.kubectl('get pods -l app=web -o jsonpath={.items[*].metadata.uid}').stdout;
  await expect(start()).rejects.toThrow('another Kubarium uses it');
  await first.stop('SIGKILL');
  const again = await start();
  expect(again.kubectl('wait --for=condition=Ready pod -l app=web --timeout=60s').exit).toBe(0);
  expect(again.kubectl('get pods -l app=web -o jsonpath={.items[*].metadata.uid}').stdout).toBe(uid);
  expect(again.kubectl('get pods -l app=web -o jsonpath={.items[*].status.containerStatuses[*].restartCount}').stdout).toBe('1');
  await again.stop();
});
