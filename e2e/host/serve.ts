// Starts the real headless host for a test and speaks to it through the real programs.
import { spawn, spawnSync, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

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

export interface RunOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that goes on: a watch, `logs -f`. */
export interface Beside {
  /** What it wrote to stdout so far. */
  text(): string;
  /** Resolves as soon as stdout holds `text`; rejects with what it holds when that takes more than half a minute or the program ends before. */
  until(text: string): Promise<string>;
  /** Resolves with all of it when it has ended by itself. */
  readonly ended: Promise<Outcome>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<Outcome>;
}

/** A running host. */
export interface Served {
  readonly ready: Ready;
  /** A folder for this host's files; gone after {@link stop}. */
  readonly folder: string;
  /** What it wrote to stderr so far. */
  log(): string;
  kubectl(args: readonly string[] | string, options?: RunOptions | string): Outcome;
  helm(args: readonly string[] | string, options?: RunOptions): Outcome;
  /** Starts a kubectl that goes on (watch, logs -f). */
  kubectlBeside(args: readonly string[] | string): Beside;
  /** Sends one command through `ctl`; gives its receipt. Throws when it is refused. */
  ctl(command: readonly string[] | string): unknown;
  /** Starts a `ctl` that goes on (watch). */
  ctlBeside(command: readonly string[] | string): Beside;
  /** SIGTERM, or the signal given; gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Where the built programs are; another build than the usual one may be tested by naming its folder. */
export const program = (name: string): string => join(process.cwd(), process.env.KUBARIUM_BUILD ?? 'out', 'main', `${name}.js`);

/** Arguments in one text are split at blanks; single quotes keep blanks together. */
export function words(args: readonly string[] | string): string[] {
  if (typeof args !== 'string') return [...args];
  return [...args.matchAll(/(?:[^\s']+|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** What a test that failed left running ends with the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function start(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Runs a program of this machine to its end. */
export function run(file: string, args: readonly string[] | string, options: RunOptions = {}): Outcome {
  const { stdout, stderr, status } = spawnSync(file, words(args), {
    encoding: 'utf8',
    input: options.stdin ?? '',
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { stdout, stderr, exit: status ?? -1 };
}

/** Starts a program and goes on. */
export function beside(file: string, args: readonly string[] | string, env: Readonly<Record<string, string>> = {}): Beside {
  const child = start(file, words(args), env);
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise<Outcome>((resolve) => child.once('close', (code) => resolve({ stdout, stderr, exit: code ?? -1 })));
  return {
    ended,
    text: () => stdout,
    signal: (signal) => void child.kill(signal),
    until: (text) => waitForText(child, text, () => stdout, () => stderr),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function waitForText(child: ChildProcess, text: string, stdout: () => string, stderr: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      child.off('close', end);
      act();
    };
    const look = (): void => {
      if (stdout().includes(text)) settle(() => resolve(stdout()));
    };
    const end = (): void => settle(() => reject(new Error(`It ended before it wrote "${text}". It wrote: ${stdout()}${stderr()}`)));
    const timer = setTimeout(() => settle(() => reject(new Error(`It did not write "${text}". It wrote: ${stdout()}${stderr()}`))), 30_000);
    child.stdout?.on('data', look);
    child.on('close', end);
    look();
  });
}

function tool(name: 'kubectl' | 'helm'): string {
  const path = process.env[`KUBARIUM_${name.toUpperCase()}`] ?? join(process.env.HOME ?? '', '.cache', 'kubarium-tools', 'v36-2.0.1', name);
  if (!existsSync(path)) throw new Error(`There is no ${name} here: "npm test" fetches it.`);
  return path;
}

/** The real kubectl of the tests. */
export const kubectlPath = (): string => tool('kubectl');

const nodePortOption = (options: string[]): string[] => (options.includes('--node-ports') ? options.filter((one) => one !== '--node-ports') : [...options, '--no-node-ports']);

/** Starts a host with free ports and waits until it says that it is ready. Node ports stay inside unless a test says `--node-ports`: hosts run beside each other. */
export async function serve(options: readonly string[] | string = '--no-window'): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-test-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const host = spawn(process.execPath, [program('serve'), '--kubeconfig', kubeconfig, ...nodePortOption(words(options))], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  host.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    let text = '';
    host.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((one) => one.startsWith('{'));
      if (line && text.includes('\n')) resolve(JSON.parse(line) as Ready);
    });
    host.on('exit', (code) => {
      rmSync(folder, { recursive: true, force: true });
      reject(new Error(`The host ended with code ${code}: ${log}`));
    });
  });
  const env = { KUBECONFIG: kubeconfig, HOME: folder, KUBECACHEDIR: join(folder, 'cache') };
  const ctlArguments = (command: readonly string[] | string): string[] => [program('ctl'), '--url', ready.url, ...words(command)];
  return {
    ready,
    folder,
    log: () => log,
    kubectl: (args, given = {}) => run(tool('kubectl'), args, typeof given === 'string' ? { stdin: given, env } : { ...given, env: { ...env, ...given.env } }),
    helm: (args, given = {}) => run(tool('helm'), args, { ...given, env: { ...env, ...given.env } }),
    kubectlBeside: (args) => beside(tool('kubectl'), args, env),
    ctl(command) {
      const outcome = run(process.execPath, ctlArguments(command));
      if (outcome.exit !== 0) throw new Error(`${words(command).join(' ')}: ${outcome.stdout}${outcome.stderr}`);
      return JSON.parse(outcome.stdout) as unknown;
    },
    ctlBeside: (command) => beside(process.execPath, ctlArguments(command)),
    stop: (signal = 'SIGTERM') =>
      new Promise((resolve) => {
        const end = (code: number | null): void => {
          rmSync(folder, { recursive: true, force: true });
          resolve(code);
        };
        if (host.exitCode !== null) return end(host.exitCode);
        host.once('exit', end);
        host.kill(signal);
      }),
  };
}
