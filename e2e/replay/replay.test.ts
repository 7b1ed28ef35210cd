// The same run twice: in two processes by the same commands, and from the journal of one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, serve } from '../host/serve.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
`;

/** A story of commands alone; each run of it must print the same hashes. */
const commands = [
  ['applyManifest', '--manifest', manifest],
  ['advance', '--seconds', '30'],
  ['injectFault', '--fault', 'machine-unplugged', '--target', 'worker-2'],
  ['advance', '--seconds', '400'],
  ['scaleWorkload', '--group', 'apps', '--resource', 'deployments', '--namespace', 'default', '--name', 'web', '--replicas', '7'],
  ['skip'],
  ['healFault', '--fault', 'machine-unplugged', '--target', 'worker-2'],
  ['advance', '--seconds', '60'],
];

async function hashesOf(options: string): Promise<unknown> {
  const host = await serve(`--no-window --paused ${options}`);
  try {
    for (const command of commands) host.ctl(command);
    return (host.ctl('hash') as { result: unknown }).result;
  } finally {
    await host.stop();
  }
}

test('two processes of one seed print the same hashes; another seed is another run', async () => {
  const first = await hashesOf('--seed 5');
  expect(await hashesOf('--seed 5')).toEqual(first);
  expect(await hashesOf('--seed 6')).not.toEqual(first);
});

test('the journal of a run with kubectl, watches and a fast clock comes out the same when it is run again', async () => {
  const journal = join(folder, 'journal.jsonl');
  const host = await serve(`--no-window --speed 200 --journal ${journal}`);
  const watch = host.kubectlBeside('get pods -A -w');
  host.kubectl('apply -f -', manifest);
  host.kubectl('rollout status deployment web --timeout=30s');
  const follow = host.kubectlBeside('logs deployment/web -f');
  host.ctl('injectFault --fault machine-powered-off --target worker-1');
  host.ctl('hash');
  host.kubectl('describe nodes');
  host.kubectl('run box --image=busybox:1.36 -- sleep 100000');
  host.kubectl('wait --for=condition=Ready pod/box --timeout=30s');
  const said = host.kubectl(['exec', 'box', '--', 'sh', '-c', 'echo here; sleep 1; echo there'], {});
  host.kubectl('set image deployment/web nginx=nginx:1.28');
  host.ctl('advance --seconds 600');
  host.kubectl('delete deployment web --wait=false');
  host.ctl('hash');
  await Promise.all([watch.stop(), follow.stop()]);
  await host.stop();
  expect(said).toEqual({ stdout: 'here\nthere\n', stderr: '', exit: 0 });

  const again = run(process.execPath, ['build/run.mjs', 'replay', journal]);
  expect(again).toMatchObject({ stderr: '', exit: 0 });
  expect(JSON.parse(again.stdout)).toMatchObject({ event: 'replayed', checkpoints: 3, same: true });

  const [first, ...rest] = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(join(folder, 'changed.jsonl'), [first, ...rest.filter((line) => !line.includes('nginx:1.28'))].join('\n'));
  const changed = run(process.execPath, ['build/run.mjs', 'replay', join(folder, 'changed.jsonl')]);
  expect(changed.exit).toBe(1);
  expect(changed.stderr).toMatch(/^The runs parted at or before [^\n]+\.\n$/);
});

test('what is no journal is refused with 2', () => {
  const path = join(folder, 'note.txt');
  writeFileSync(path, 'a note\n');
  expect(run(process.execPath, ['build/run.mjs', 'replay', path])).toMatchObject({ stdout: '', stderr: 'This is no journal of Kubarium.\n', exit: 2 });
  expect(run(process.execPath, ['build/run.mjs', 'replay'])).toMatchObject({ exit: 2 });
});
