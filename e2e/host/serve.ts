// Starts the real headless host for a test and speaks to it through the real programs.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ready {
  readonly event: 'ready';
  readonly url: string;
  readonly apiServer: string;
  readonly kubeconfig: string;
  readonly nodes: number;
  readonly bootMs: number;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** A running host. */
export interface Served {
  readonly ready: Ready;
  /** What it wrote to stderr so far. */
  log(): string;
  kubectl(args: readonly string[] | string, stdin?: string): Outcome;
  /** Starts a kubectl that goes on (watch, logs -f). */
  kubectlBeside(args: string): ChildProcess;
  /** Sends one command through `ctl`; gives its receipt. Throws when it is refused. */
  ctl(command: string): unknown;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

const main = (name: string): string => join(process.cwd(), 'out', 'main', `${name}.js`);

/** Runs a program of this machine; arguments in one text are split at blanks (no quoting). */
export function run(program: string, args: readonly string[] | string, options: { readonly stdin?: string; readonly cwd?: string; readonly env?: Record<string, string> } = {}): Outcome {
  const list = typeof args === 'string' ? args.split(' ').filter((word) => word !== '') : [...args];
  const { stdout, stderr, status } = spawnSync(program, list, { encoding: 'utf8', input: options.stdin ?? '', cwd: options.cwd, env: { ...process.env, ...options.env }, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 });
  return { stdout, stderr, exit: status ?? -1 };
}

/** The real kubectl of the tests. */
export function kubectlPath(): string {
  const path = process.env.KUBARIUM_KUBECTL ?? join(process.env.HOME ?? '', '.cache', 'kubarium-tools', 'v36-2.0.1', 'kubectl');
  if (!existsSync(path)) throw new Error('There is no kubectl here: "npm test" fetches it.');
  return path;
}

/** Starts a host with free ports and waits until it says that it is ready. */
export async function serve(options = '--no-window'): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-test-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const host = spawn(process.execPath, [main('serve'), '--kubeconfig', kubeconfig, ...options.split(' ').filter((word) => word !== '')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  host.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((one) => one.startsWith('{'));
      if (line && text.includes('\n')) resolve(JSON.parse(line) as Ready);
    });
    host.on('exit', (code) => reject(new Error(`The host ended with code ${code}: ${log}`)));
  });
  const env = { KUBECONFIG: kubeconfig, HOME: folder };
  return {
    ready,
    log: () => log,
    kubectl: (args, stdin) => run(kubectlPath(), args, { stdin, env }),
    kubectlBeside: (args) => spawn(kubectlPath(), args.split(' '), { env: { ...process.env, ...env } }),
    ctl(command) {
      const [name = '', ...rest] = command.split(' ');
      const outcome = run(process.execPath, [main('ctl'), '--url', ready.url, name, ...rest]);
      if (outcome.exit !== 0) throw new Error(`${command}: ${outcome.stdout}${outcome.stderr}`);
      return JSON.parse(outcome.stdout) as unknown;
    },
    stop: () =>
      new Promise((resolve) => {
        host.once('exit', (code) => {
          rmSync(folder, { recursive: true, force: true });
          resolve(code);
        });
        host.kill('SIGTERM');
      }),
  };
}
