// `kubectl port-forward` and `kubectl proxy` with the real binary: real HTTP requests reach emulated pods.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchText, redisLine } from '../host/loopback.ts';
import { serve, type Served } from '../host/serve.ts';

let host: Served;

beforeAll(async () => {
  host = await serve('--no-window --speed 20 --topology one-machine');
  host.kubectl('create deployment web --image=nginx');
  host.kubectl('expose deployment web --port 8080 --target-port 80');
  host.kubectl('run store --image=redis --port 6379');
  host.kubectl('wait pod --all --for=condition=Ready --timeout=60s');
});
afterAll(() => host.stop());

async function forward(target: string, port: string, environment: Readonly<Record<string, string>> = {}): Promise<{ port: number; stop(): Promise<unknown> }> {
  Object.assign(process.env, environment);
  const beside = host.kubectlBeside(['port-forward', target, `:${port}`]);
  for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
  const said = await beside.until('\n');
  return { port: Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]), stop: () => beside.stop() };
}

describe.each([
  ['WebSocket', 'true'],
  ['SPDY', 'false'],
])('port-forward over %s', (_name, webSockets) => {
  test.each(['pod', 'service/web', 'deployment/web'])('many connections to a %s', async (kind) => {
    const target = kind === 'pod' ? host.kubectl('get pod -l app=web -o name').stdout.trim() : kind;
    const open = await forward(target, kind.startsWith('service') ? '8080' : '80', { KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets });
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetchText(open.port, '/')));
    const missing = await fetchText(open.port, '/missing');
    await open.stop();
    expect(new Set(answers.map(({ status, text }) => `${status} ${text.includes('Welcome to nginx!')}`))).toEqual(new Set(['200 true']));
    expect(missing.status).toBe(404);
  });
});

test('a port that speaks another protocol', async () => {
  const open = await forward('pod/store', '6379');
  expect([await redisLine(open.port, 'SET a 5\r\n'), await redisLine(open.port, 'INCR a\r\n')]).toEqual(['+OK', ':6']);
  await open.stop();
});

test('a port that nobody listens on is said by kubectl', async () => {
  const beside = host.kubectlBeside('port-forward pod/store :81');
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(await beside.until('\n'))?.[1]);
  await fetchText(port, '/').catch(() => undefined);
  const { stderr, exit } = await beside.ended;
  expect([exit, stderr]).toEqual([1, expect.stringMatching(/forwarding \d+ -> 81: .* dial tcp4 127\.0\.0\.1:81: connect: connection refused[^]*lost connection to pod/)]);
});

describe('proxy', () => {
  test('passes requests on to pods, Services and kubelets', () => {
    const raw = (path: string): string => {
      const { stdout, stderr } = host.kubectl(['get', '--raw', path]);
      return stdout + stderr;
    };
    const pod = host.kubectl('get pod -l app=web -o jsonpath={.items[0].metadata.name}').stdout;
    const node = host.kubectl('get node -o jsonpath={.items[0].metadata.name}').stdout;
    const base = '/api/v1/namespaces/default';
    expect(raw(`${base}/pods/${pod}/proxy/`)).toContain('Welcome to nginx!');
    expect(raw(`${base}/services/web/proxy/`)).toContain('Welcome to nginx!');
    expect(raw(`${base}/services/http:web:8080/proxy/index.html`)).toContain('Welcome to nginx!');
    expect(raw(`/api/v1/nodes/${node}/proxy/healthz`)).toBe('ok');
    expect(raw(`${base}/services/nobody/proxy/`)).toBe('Error from server (NotFound): services "nobody" not found\n');
    expect(raw(`${base}/pods/${pod}:81/proxy/`)).toMatch(/^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp [\d.]+:81: connect: connection refused\n$/);
  });

  test('kubectl proxy opens all of it to a browser', async () => {
    const beside = host.kubectlBeside('proxy --port 0');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(await beside.until('\n'))?.[1]);
    const answer = await fetchText(port, '/api/v1/namespaces/default/services/web/proxy/');
    await beside.stop();
    expect([answer.status, answer.text.includes('Welcome to nginx!')]).toEqual([200, true]);
  });
});
