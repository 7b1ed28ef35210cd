// The headless host: one cluster, its API server on a loopback port and, unless told otherwise, its window on another.
// Stable contract: one JSON line on stdout when the API answers, logs on stderr, exit 0 on SIGINT and SIGTERM, 2 for what cannot be used.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FileRefusal, isTopology, startHost, topologyNames, type Host } from '@/host/host.ts';
import { openBrowser } from './browser.ts';
import { startPageServer, type PageServer } from './page.ts';
import { readOptions, usage, UsageError, type ServeOptions } from './options.ts';

const log = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** What a port that cannot be opened means to whoever typed the command. */
function sentenceOf(error: NodeJS.ErrnoException, options: ServeOptions): string {
  const { port } = error as { port?: number };
  const option = port === options.port ? '--port' : '--api-port';
  if (error.code === 'EADDRINUSE') return `Port ${port} is in use by another program. Choose another with ${option}.`;
  if (error.code === 'EACCES') return `Port ${port} may not be opened by this user. Choose one above 1023 with ${option}.`;
  return `Port ${port} cannot be opened: ${error.message}.`;
}

/** Folder of the built window beside the bundle. */
function windowFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of [join(here, '..', 'renderer'), join(here, '..', '..', 'out', 'renderer')]) if (existsSync(join(folder, 'index.html'))) return folder;
  throw new UsageError('The window is not built. Run "npm run build" first, or start with --no-window.');
}

/** Both ports are taken before anything is written. */
async function open(options: ServeOptions, folder: string | undefined): Promise<{ readonly host: Host; readonly page: PageServer }> {
  let page: PageServer | undefined;
  try {
    page = await startPageServer({ port: options.port, folder });
    const { topology, seed, start, speed, isPaused, apiPort, kubeconfig, journal, data, hasNodePorts } = options;
    const onBroken = (error: Error): void => log(`The emulation stopped itself at a broken promise: ${error.stack ?? error.message}`);
    const host = await startHost({ topology, seed, start, speed, isPaused, apiPort, kubeconfig, journal, data, hasNodePorts, log, onBroken });
    page.attach(host);
    return { host, page };
  } catch (error) {
    await page?.close();
    if (error instanceof FileRefusal) throw new UsageError(error.message);
    if ((error as NodeJS.ErrnoException).syscall === 'listen') throw new UsageError(sentenceOf(error as NodeJS.ErrnoException, options));
    throw error;
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return void process.stdout.write(usage);
  const options = readOptions(process.argv.slice(2));
  if (!isTopology(options.topology)) throw new UsageError(`There is no topology "${options.topology}". Known: ${topologyNames.join(', ')}, and N-workers.`);
  const folder = options.hasWindow ? windowFolder() : undefined;
  const { host, page } = await open(options, folder);
  let isStopping = false;
  const stop = async (): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    await page.close();
    await host.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
  const ready = {
    event: 'ready',
    url: page.url,
    apiServer: host.gateway.url,
    kubeconfig: host.kubeconfig,
    nodes: host.session.cluster.peek('', 'nodes').length,
    bootMs: Math.round(host.bootMilliseconds),
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  log(`kubectl --kubeconfig ${host.kubeconfig} get nodes`);
  if (options.hasWindow) log(`The window: ${page.url}`);
  if (options.hasWindow && options.open) openBrowser(page.url);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    log(error.message);
    process.exit(2);
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
