// The headless contract: what the programs print, how they end, what they leave behind. Stable: scripts depend on it.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beside, program, run, serve, words, type Outcome, type Served } from './serve.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-contract-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const served = (options: string): Outcome => run(process.execPath, [program('serve'), ...words(options)], { cwd: folder });
const told = (command: string, url?: string): Outcome => run(process.execPath, [program('ctl'), ...(url === undefined ? [] : ['--url', url]), ...words(command)]);

describe('serve', () => {
  test('prints one JSON line when the API answers, everything else on stderr, and ends with 0 on SIGTERM', async () => {
    const kubeconfig = join(folder, 'new', 'kubeconfig');
    const host = beside(process.execPath, [program('serve'), '--no-window', '--paused', '--topology', 'one-machine', '--kubeconfig', kubeconfig]);
    const line = JSON.parse(await host.until('\n')) as Record<string, unknown>;
    expect(line).toEqual({
      event: 'ready',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{20,}$/) as string,
      apiServer: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
      kubeconfig,
      nodes: 2,
      bootMs: expect.any(Number) as number,
    });
    expect((statSync(kubeconfig).mode & 0o777).toString(8)).toBe('600');
    const { stdout, exit } = await host.stop();
    expect([stdout.trim().split('\n').length, exit]).toEqual([1, 0]);
  });

  test('ends with 0 on SIGINT and takes the kubeconfig that nobody asked for along', async () => {
    const home = mkdtempSync(join(folder, 'tmp-'));
    const host = beside(process.execPath, [program('serve'), '--no-window', '--paused', '--topology', 'one-machine'], { TMPDIR: home });
    const { kubeconfig } = JSON.parse(await host.until('\n')) as { kubeconfig: string };
    expect(existsSync(kubeconfig)).toBe(true);
    host.signal('SIGINT');
    expect((await host.ended).exit).toBe(0);
    expect(existsSync(kubeconfig)).toBe(false);
  });

  test.each(['--speed 0', '--speed 2000', '--speed fast', '--seed -1', '--seed x', '--port 99999', '--api-port x', '--topology mars', '--topology 0-workers', '--start later', '--what', 'extra', '--kubeconfig', '--no-window=yes'])(
    'refuses in one sentence, with 2: %s',
    (options) => {
      const place = mkdtempSync(join(folder, 'refused-'));
      const { stdout, stderr, exit } = served(`--no-window --data ${place}/data ${options}`);
      expect([stdout, exit, readdirSync(place)]).toEqual(['', 2, []]);
      expect(stderr).toMatch(/^[^\n]+\.\n$/);
    },
  );

  test.each(['/proc/none/kubeconfig', '/etc/passwd', 'FOLDER', 'FOLDER/file/below'])('refuses a kubeconfig that cannot be one: %s', (path) => {
    const place = mkdtempSync(join(folder, 'refused-'));
    writeFileSync(join(place, 'file'), 'a file');
    const { stdout, stderr, exit } = served(`--no-window --topology one-machine --journal ${place}/journal --kubeconfig ${path.replace('FOLDER', place)}`);
    expect([stdout, exit, readdirSync(place), readFileSync(join(place, 'file'), 'utf8')]).toEqual(['', 2, ['file'], 'a file']);
    expect(stderr).toMatch(/^[^\n]+ cannot be used as kubeconfig: [^\n]+\.\n$/);
  });

  describe('with a port that another program has', () => {
    let other: Server;
    let port: number;
    beforeAll(async () => {
      other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      port = (other.address() as { port: number }).port;
    });
    afterAll(() => void other.close());

    test.each(['--port', '--api-port'])('says which option to change: %s', (option) => {
      const place = mkdtempSync(join(folder, 'busy-'));
      const { stdout, stderr, exit } = served(`--no-window --topology one-machine --data ${place}/data ${option} ${port}`);
      expect([stdout, stderr, exit]).toEqual(['', `Port ${port} is in use by another program. Choose another with ${option}.\n`, 2]);
      expect(readdirSync(place)).toEqual([]);
    });
  });

  test('keeps other clusters of a kubeconfig, and is reached by its current context', async () => {
    const kubeconfig = join(folder, 'shared-kubeconfig');
    writeFileSync(kubeconfig, 'apiVersion: v1\nkind: Config\nclusters: [{name: work, cluster: {server: "https://work.example"}}]\nusers: []\ncontexts: []\ncurrent-context: ""\n');
    const host = await serve(['--no-window', '--paused', '--topology', 'one-machine', '--kubeconfig', kubeconfig]);
    try {
      const { stdout } = host.kubectl('config get-clusters', { env: { KUBECONFIG: kubeconfig } });
      expect(stdout.split('\n').sort()).toEqual(['', 'NAME', 'kubarium', 'work']);
      expect(host.kubectl('get nodes -o name', { env: { KUBECONFIG: kubeconfig } }).stdout).toBe('node/control-plane\nnode/worker-1\n');
    } finally {
      await host.stop();
    }
  });

  test('with --data keeps the cluster, kubeconfig and journals there', async () => {
    const data = join(folder, 'data');
    const host = beside(process.execPath, [program('serve'), '--no-window', '--paused', '--topology', 'one-machine', '--data', data]);
    await host.until('\n');
    await host.stop();
    expect(readdirSync(data).sort()).toEqual(['cluster', 'journals', 'kubeconfig']);
    expect(readdirSync(join(data, 'journals'))).toHaveLength(1);
  });
});

describe('ctl', () => {
  let host: Served;
  beforeAll(async () => {
    host = await serve('--no-window --paused');
  });
  afterAll(() => host.stop());
  const receipt = (command: string): Record<string, unknown> => host.ctl(command) as Record<string, unknown>;
  const time = (): number => Date.parse((receipt('hash').result as { time: string }).time);

  test('lists every command with its parameters, without a host', () => {
    const { stdout, exit } = told('commands');
    const listed = JSON.parse(stdout) as { name: string; about: string; parameters: { name: string; required: boolean }[] }[];
    expect(exit).toBe(0);
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(['injectFault', 'healFault', 'setSpeed', 'pause', 'resume', 'step', 'advance', 'skip', 'watch', 'hash']));
    expect(listed.every(({ about }) => about.length > 10)).toBe(true);
    const parametersOf = (name: string): string[] => (listed.find((one) => one.name === name)?.parameters ?? []).map((one) => `${one.name}${one.required ? '' : '?'}`);
    expect([parametersOf('injectFault'), parametersOf('setSpeed'), parametersOf('advance'), parametersOf('skip')]).toEqual([['fault', 'target'], ['speed'], ['seconds'], ['deadline?']]);
  });

  test('advances exactly, and the clock stands before and after', () => {
    const before = time();
    expect(time()).toBe(before);
    expect(receipt('advance --seconds 90')).toMatchObject({ accepted: true });
    expect(time() - before).toBe(90_000);
    expect(time() - before).toBe(90_000);
  });

  test('stops, steps, runs, skips', () => {
    expect(receipt('resume')).toMatchObject({ accepted: true });
    expect(receipt('setSpeed --speed 60')).toMatchObject({ accepted: true });
    expect(receipt('setSpeed --speed max')).toMatchObject({ accepted: true });
    expect(receipt('pause')).toMatchObject({ accepted: true });
    const before = time();
    expect(receipt('step')).toMatchObject({ accepted: true });
    expect(time()).toBeGreaterThanOrEqual(before);
    expect(receipt('skip')).toMatchObject({ accepted: true });
    receipt('setSpeed --speed 1');
  });

  test('breaks and heals a machine, and the cluster takes notice', () => {
    const ready = (): string => host.kubectl(['get', 'node', 'worker-1', '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']).stdout;
    for (const fault of ['machine-unplugged', 'machine-powered-off']) {
      receipt(`injectFault --fault ${fault} --target worker-1`);
      receipt('advance --seconds 60');
      expect(ready()).toBe('Unknown');
      receipt(`healFault --fault ${fault} --target worker-1`);
      receipt('advance --seconds 60');
      expect(ready()).toBe('True');
    }
  });

  test('prints virtual time and both hashes on one line', () => {
    const { stdout, exit } = told('hash', host.ready.url);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^\{"accepted":true,.*"result":\{"time":"2026-[^"]+","etcd":"[0-9a-f]+","occurrences":"[0-9a-f]+"\}\}\n$/);
  });

  test('streams occurrences in order, none left out, each with its cause', async () => {
    const watch = host.ctlBeside('watch');
    await watch.until('\n');
    host.kubectl('create deployment many --image=nginx:1.27 --replicas=60');
    receipt('advance --seconds 60');
    host.kubectl('delete deployment many');
    receipt('advance --seconds 30');
    receipt('cordonNode --name worker-3');
    await watch.until('"CordonNode"');
    const { stdout } = await watch.stop();
    const lines = stdout.split('\n').filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as { id: number; cause: number; reason: string });
    const from = lines.findIndex(({ id }, at) => lines[at - 1]?.id === id - 1 && id > (lines[0]?.id ?? 0));
    const later = lines.slice(lines.findIndex(({ reason }) => reason === 'ApiRequest'));
    expect(from).toBeGreaterThanOrEqual(0);
    expect(later.length).toBeGreaterThan(400);
    expect(later.every(({ id, cause }, at) => cause < id && (at === 0 || later[at - 1]?.id === id - 1))).toBe(true);
  });

  test.each([
    ['explode', 2, 'There is no command "explode". "ctl commands" lists them.\n'],
    ['', 2, undefined],
    ['pause now', 2, undefined],
    ['advance --seconds', 2, '--seconds needs a value.\n'],
  ])('refuses what is no command, with 2: %s', (command, code, sentence) => {
    const { stdout, stderr, exit } = told(command, host.ready.url);
    expect([stdout, exit]).toEqual(['', code]);
    expect(stderr).toMatch(/^[^\n]+\.\n$/);
    if (sentence !== undefined) expect(stderr).toBe(sentence);
  });

  test.each(['advance --seconds soon', 'setSpeed --speed 5000', 'injectFault --fault earthquake --target worker-1', 'injectFault --fault machine-unplugged --target nobody', 'pause --hard yes'])(
    'prints the receipt of a refusal, with 1: %s',
    (command) => {
      const { stdout, exit } = told(command, host.ready.url);
      expect(exit).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ accepted: false, message: expect.stringMatching(/\w/) as string });
    },
  );

  test.each([
    ['not-a-url', 2],
    ['http://127.0.0.1:9/?token=x', 1],
  ])('says when there is no host at %s', (url, code) => {
    const { stderr, exit } = told('hash', url);
    expect([exit, stderr.endsWith('.\n'), stderr.includes('\n    at ')]).toEqual([code, true, false]);
  });

  test('without the token is no way in', () => {
    const { stderr, exit } = told('hash', host.ready.url.replace(/token=.*/, 'token=guess'));
    expect([exit, stderr.includes('403')]).toEqual([1, true]);
  });
});

describe('credentials at the API server', () => {
  let host: Served;
  beforeAll(async () => {
    host = await serve('--no-window --paused --topology one-machine');
  });
  afterAll(() => host.stop());
  const anonymous = ['--kubeconfig', '/dev/null', '--insecure-skip-tls-verify'];
  const kubectl = (...args: string[]): Outcome => host.kubectl([...anonymous, '--server', host.ready.apiServer, ...args]);

  test('the token context is the administrator too', () => {
    expect(host.kubectl('--context kubarium-token get nodes -o name').stdout).toBe('node/control-plane\nnode/worker-1\n');
  });

  test('an unknown token is nobody', () => {
    expect(kubectl('--token', 'guess', 'get', 'pods')).toMatchObject({ stderr: 'error: You must be logged in to the server (Unauthorized)\n', exit: 1 });
  });

  test('a service account is known by its token and may nothing by itself', () => {
    const token = host.kubectl('create token default').stdout.trim();
    const who = 'User "system:serviceaccount:default:default"';
    expect(kubectl('--token', token, 'get', 'pods')).toMatchObject({
      stderr: `Error from server (Forbidden): pods is forbidden: ${who} cannot list resource "pods" in API group "" in the namespace "default"\n`,
      exit: 1,
    });
  });

  test('the certificate authority is the one that the kubeconfig names', () => {
    expect(host.kubectl(['--token', 'any', '--server', host.ready.apiServer, 'get', 'nodes'], { env: { KUBECONFIG: join(host.folder, 'none') } }).stderr).toContain('certificate signed by unknown authority');
  });
});
