// Timed runs against the real headless host: requests over HTTPS, the feed's bytes, and what an idle cluster costs.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { accessOf, type Access } from '../host/requests.ts';
import { program, type Ready } from '../host/serve.ts';

interface BenchHost {
  readonly pid: number;
  readonly ready: Ready;
  stop(): Promise<void>;
}

/** The built host in a process of its own, so that what it costs can be told from what asking it costs. */
async function serve(): Promise<BenchHost> {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-bench-'));
  const host = spawn(process.execPath, [program('serve'), '--no-window', '--no-node-ports', '--kubeconfig', join(folder, 'kubeconfig')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  host.stderr.on('data', (bytes: Buffer) => (log += bytes.toString()));
  const ended = new Promise<void>((resolve) => host.once('close', () => resolve()));
  const line = await Promise.race([new Promise<string>((resolve) => createInterface(host.stdout).once('line', resolve)), ended]);
  if (line === undefined) throw new Error(`The host did not start; "npm run build" makes it. ${log}`);
  const stop = async (): Promise<void> => {
    host.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { pid: host.pid ?? 0, ready: JSON.parse(line) as Ready, stop };
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One connection that stays open, as kubectl's and client-go's do. */
class Connection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly access: Access) {}

  send(method: string, path: string, body?: unknown, contentType = 'application/json', onData?: (bytes: Buffer) => void): Promise<number> {
    const { server, authority: ca, certificate: cert, key } = this.access;
    const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${server}${path}`, { method, headers, ca, cert, key, agent: this.agent }, (response) => {
        let size = 0;
        response.on('data', (bytes: Buffer) => {
          size += bytes.length;
          onData?.(bytes);
        });
        response.on('end', () => ((response.statusCode ?? 500) < 400 ? resolve(size) : reject(new Error(`${method} ${path}: ${response.statusCode}`))));
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** How often a second `act` can be done in a row; the first time is not counted. */
async function perSecond(spanMilliseconds: number, act: () => Promise<unknown>): Promise<number> {
  await act();
  const begun = performance.now();
  let count = 0;
  while (performance.now() - begun < spanMilliseconds) {
    await act();
    count++;
  }
  return (count * 1000) / (performance.now() - begun);
}

export interface GatewayRun {
  /** One small object after another on one connection. */
  readonly getsPerSecond: number;
  /** Lists of this many ConfigMaps, and what that makes in objects and bytes. */
  readonly listedObjects: number;
  readonly listsPerSecond: number;
  readonly listBytesPerSecond: number;
  readonly createsPerSecond: number;
  /** Events of writes by one connection that reached every one of the watches of another. */
  readonly watches: number;
  readonly watchEventsPerSecond: number;
}

const space = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(500) } });

/** Speaks to a three-worker cluster through the gateway; its clock runs at x1 meanwhile. */
export async function runGateway(isQuick: boolean): Promise<GatewayRun> {
  const host = await serve();
  const access = accessOf(host.ready.kubeconfig);
  const connection = new Connection(access);
  const span = isQuick ? 500 : 3000;
  try {
    const listedObjects = 500;
    const begun = performance.now();
    for (let n = 0; n < listedObjects; n++) await connection.send('POST', space, configMap(`bench-${n}`));
    const createsPerSecond = (listedObjects * 1000) / (performance.now() - begun);
    const getsPerSecond = await perSecond(span, () => connection.send('GET', `${space}/bench-7`));
    let bytes = 0;
    const listsPerSecond = await perSecond(span, async () => (bytes = await connection.send('GET', space)));
    const watches = 10;
    const watchEventsPerSecond = await watched(access, connection, watches, isQuick ? 100 : 500);
    return { getsPerSecond, listedObjects, listsPerSecond, listBytesPerSecond: listsPerSecond * bytes, createsPerSecond, watches, watchEventsPerSecond };
  } finally {
    connection.close();
    await host.stop();
  }
}

async function watched(access: Access, writer: Connection, watches: number, writes: number): Promise<number> {
  let events = 0;
  let allSeen = (): void => undefined;
  const done = new Promise<void>((resolve) => (allSeen = resolve));
  const watchers = Array.from({ length: watches }, () => new Connection(access));
  for (const watcher of watchers) {
    const onData = (data: Buffer): void => {
      for (const byte of data) if (byte === 10) events++;
      if (events >= watches * writes) allSeen();
    };
    void watcher.send('GET', `${space}?watch=1&fieldSelector=metadata.name%3Dbench-7&resourceVersion=${await revision(access)}`, undefined, undefined, onData).catch(() => undefined);
  }
  await pause(200);
  const begun = performance.now();
  for (let n = 0; n < writes; n++) await writer.send('PATCH', `${space}/bench-7`, { data: { count: String(n) } }, 'application/merge-patch+json');
  await done;
  const rate = (events * 1000) / (performance.now() - begun);
  for (const watcher of watchers) watcher.close();
  return rate;
}

async function revision(access: Access): Promise<string> {
  const connection = new Connection(access);
  let text = '';
  await connection.send('GET', `${space}?limit=1`, undefined, undefined, (bytes) => (text += bytes.toString()));
  connection.close();
  return (JSON.parse(text) as { readonly metadata: { readonly resourceVersion: string } }).metadata.resourceVersion;
}

export interface HostRun {
  readonly bootMilliseconds: number;
  /** Over a minute at x1 with no window. */
  readonly idleCoreShare: number;
  readonly residentBytes: number;
  /** With one window on it, an idle cluster and one that a Deployment is scaled up and down on, with traffic to it. */
  readonly idleFeedBytesPerSecond: number;
  readonly activeFeedBytesPerSecond: number;
}

/** What a three-worker cluster costs its computer while nobody does anything, and what its feed carries. Linux only: reads /proc. */
export async function runHost(isQuick: boolean): Promise<HostRun> {
  const host = await serve();
  const span = isQuick ? 4000 : 30_000;
  try {
    await pause(2000);
    const cpu = cpuSeconds(host.pid);
    await pause(span);
    const idleCoreShare = (cpuSeconds(host.pid) - cpu) / (span / 1000);
    const residentBytes = statusBytes(host.pid, 'VmRSS');
    const idleFeedBytesPerSecond = await feedBytes(host, isQuick ? 2000 : 10_000, async () => undefined);
    const activeFeedBytesPerSecond = await feedBytes(host, isQuick ? 3000 : 20_000, () => stir(host));
    return { bootMilliseconds: host.ready.bootMs, idleCoreShare, residentBytes, idleFeedBytesPerSecond, activeFeedBytesPerSecond };
  } finally {
    await host.stop();
  }
}

/** User and system time of a process, in ticks of a hundredth of a second. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function statusBytes(pid: number, name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

async function stir(host: BenchHost): Promise<void> {
  const connection = new Connection(accessOf(host.ready.kubeconfig));
  const labels = { app: 'bench' };
  const container = { name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 80 }] };
  const spec = { replicas: 5, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } };
  await connection.send('POST', '/apis/apps/v1/namespaces/default/deployments', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'bench' }, spec });
  await connection.send('POST', '/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'bench' }, spec: { selector: labels, ports: [{ port: 80 }] } });
  command(host, 'startTraffic', { namespace: 'default', service: 'bench', ratePerSecond: 20 });
  for (const replicas of [20, 5, 20]) {
    await connection.send('PATCH', '/apis/apps/v1/namespaces/default/deployments/bench', { spec: { replicas } }, 'application/merge-patch+json');
    await pause(800);
  }
  connection.close();
}

function openFeed(host: BenchHost): WebSocket {
  const url = new URL(host.ready.url);
  url.protocol = 'ws:';
  url.pathname = '/feed';
  return new WebSocket(url, { maxPayload: 0 });
}

function command(host: BenchHost, name: string, parameters: object): void {
  const socket = openFeed(host);
  socket.once('open', () => socket.send(JSON.stringify({ kind: 'command', request: 1, name, parameters })));
  socket.once('message', () => socket.terminate());
}

async function feedBytes(host: BenchHost, span: number, act: () => Promise<void>): Promise<number> {
  const socket = openFeed(host);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let bytes = 0;
  socket.send(JSON.stringify({ kind: 'ready' }));
  await pause(500);
  socket.on('message', (data: Buffer) => (bytes += data.length));
  const begun = performance.now();
  await act();
  await pause(Math.max(0, span - (performance.now() - begun)));
  const rate = (bytes * 1000) / (performance.now() - begun);
  socket.terminate();
  return rate;
}
