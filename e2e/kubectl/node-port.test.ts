// Node ports on the loopback of this computer: real programs reach emulated pods through the emulated rules.
import { createServer } from 'node:net';
import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchText, freePort, redisLine } from '../host/loopback.ts';
import { serve, type Served } from '../host/serve.ts';

let host: Served;
let port: number;

const nodePortService = (name: string, selector: string, nodePort: number, target: number): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type: 'NodePort', selector: { app: selector }, ports: [{ port: 80, targetPort: target, nodePort }] },
  });

beforeAll(async () => {
  host = await serve('--no-window --speed 20 --node-ports');
  port = await freePort();
  host.kubectl('create deployment web --image=registry.k8s.io/e2e-test-images/agnhost:2.53 --replicas=3 -- /agnhost netexec --http-port=8080');
  host.kubectl('apply -f -', nodePortService('web', 'web', port, 8080));
  host.kubectl('wait deployment web --for=condition=Available --timeout=60s');
});
afterAll(() => host.stop());

test('requests reach all backends, one connection after another', async () => {
  const names = new Set<string>();
  for (let at = 0; at < 40; at++) names.add((await fetchText(port, '/hostname')).text);
  expect([...names].sort()).toEqual(host.kubectl('get pod -l app=web -o jsonpath={.items[*].metadata.name}').stdout.split(' ').sort());
});

test('a connection that is kept alive keeps its backend', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const names = new Set<string>();
  for (let at = 0; at < 10; at++) names.add((await fetchText(port, '/hostname', { agent })).text);
  agent.destroy();
  expect(names.size).toBe(1);
});

test('bodies of a megabyte pass, in one piece or in chunks; larger ones are refused', async () => {
  const body = 'x'.repeat(1024 * 1024);
  const statuses = [];
  for (const given of [{ body }, { body, isChunked: true }, { body: `${body}x` }]) statuses.push((await fetchText(port, '/echo', { method: 'POST', ...given })).status);
  expect([statuses[0] === 413, statuses[1] === 413, statuses[2]]).toEqual([false, false, 413]);
});

test('without endpoints the connection is reset, and works again when there are some', async () => {
  host.kubectl('scale deployment web --replicas=0');
  host.kubectl('wait pod -l app=web --for=delete --timeout=60s');
  await expect(fetchText(port, '/')).rejects.toThrow(/ECONNRESET|socket hang up/);
  host.kubectl('scale deployment web --replicas=1');
  host.kubectl('rollout status deployment web --timeout=60s');
  await expect.poll(async () => (await fetchText(port, '/').catch(() => ({ status: 0 }))).status, { timeout: 10_000 }).toBe(200);
});

test('a listener that speaks no HTTP gets the bytes', async () => {
  const redisPort = await freePort();
  host.kubectl('create deployment store --image=redis');
  host.kubectl('apply -f -', nodePortService('store', 'store', redisPort, 6379));
  host.kubectl('wait deployment store --for=condition=Available --timeout=60s');
  await expect.poll(() => redisLine(redisPort, 'PING\r\n').catch(() => ''), { timeout: 10_000 }).toBe('+PONG');
});

test('a port that another program holds is an Event about the Service, which works inside', async () => {
  const other = createServer();
  const taken = await freePort();
  await new Promise<void>((resolve) => other.listen(taken, '127.0.0.1', resolve));
  host.kubectl('apply -f -', nodePortService('late', 'web', taken, 8080));
  const events = (): string => host.kubectl(['events', '--for', 'service/late', '-o', 'jsonpath={.items[*].type} {.items[*].reason} {.items[*].message}']).stdout;
  await expect.poll(events, { timeout: 10_000 }).toContain('Warning PortInUse');
  const said = `Port ${taken} of this computer is in use by another program: the Service works inside the cluster, but is not reached from here`;
  expect(events()).toBe(`Warning PortInUse ${said}`);
  await expect.poll(() => host.log()).toContain(`Service default/late: ${said}.`);
  expect(host.kubectl('get --raw /api/v1/namespaces/default/services/late/proxy/hostname').stdout).toMatch(/^web-/);
  other.close();
  await expect.poll(async () => (await fetchText(taken, '/').catch(() => ({ status: 0 }))).status, { timeout: 15_000 }).toBe(200);
});

test('a deleted Service lets go of its port', async () => {
  host.kubectl('delete service web');
  await expect.poll(() => fetchText(port, '/').then(() => 'answered', (error: Error) => error.message), { timeout: 10_000 }).toContain('ECONNREFUSED');
});
