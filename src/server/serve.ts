// The headless host: one cluster, its API server on a loopback port and, unless told otherwise, its window on another.
// Stable contract: one JSON line on stdout when the API answers, logs on stderr, exit 0 on SIGINT and SIGTERM, 2 for what cannot be used.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTopology, startHost, topologyNames, type Host } from '@/host/host.ts';
import { startPageServer, type PageServer } from './page.ts';
import { readOptions, UsageError, type ServeOptions } from './options.ts';

const log = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** What a refused system call means to whoever typed the command. */
function sentenceOf(error: unknown, options: ServeOptions): string {
  const { code, port, path, message } = error as NodeJS.ErrnoException & { port?: number; path?: string };
  if (code === 'EADDRINUSE') return `Port ${port ?? options.port} is in use by another program. Choose another with --${port === options.port ? 'port' : 'api-port'}.`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} may not be opened by this user. Choose one above 1023.`;
  if (path !== undefined) return `${path} cannot be written: ${message}.`;
  return message;
}

/** Folder of the built window beside the bundle. */
function windowFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const folder of [join(here, '..', 'renderer'), join(here, '..', '..', 'out', 'renderer')]) if (existsSync(join(folder, 'index.html'))) return folder;
  throw new UsageError('The window is not built. Run "npm run build" first, or start with --no-window.');
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!isTopology(options.topology)) throw new UsageError(`There is no topology "${options.topology}". Known: ${topologyNames.join(', ')}, and N-workers.`);
  const folder = options.hasWindow ? windowFolder() : undefined;
  let host: Host | undefined;
  let page: PageServer | undefined;
  const stop = async (code: number): Promise<void> => {
    await page?.close();
    await host?.close();
    process.exit(code);
  };
  try {
    host = await startHost({
      topology: options.topology,
      seed: options.seed,
      start: options.start,
      speed: options.speed,
      isPaused: options.isPaused,
      apiPort: options.apiPort,
      kubeconfig: options.kubeconfig,
      onBroken: (error) => log(`The emulation stopped itself at a broken promise: ${error.stack ?? error.message}`),
    });
    page = await startPageServer({ port: options.port, folder, host });
  } catch (error) {
    await host?.close();
    if (error instanceof UsageError || (error as NodeJS.ErrnoException).code !== undefined) throw new UsageError(error instanceof UsageError ? error.message : sentenceOf(error, options));
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));
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
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    log(error.message);
    process.exit(2);
  }
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
});
