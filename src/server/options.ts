// The command line of the headless host: read, checked, and refused in one sentence.
import { parseArgs } from 'node:util';
import type { Speed } from '@/host/session/session.ts';

export interface ServeOptions {
  readonly topology: string;
  readonly seed: number;
  readonly speed: Speed;
  readonly isPaused: boolean;
  /** Port of the window's page; 0: any free one. */
  readonly port: number;
  /** Port of the API server; 0: any free one. */
  readonly apiPort: number;
  readonly kubeconfig: string | undefined;
  readonly data: string | undefined;
  readonly hasWindow: boolean;
  /** When virtual time begins: the fixed moment, or the wall clock's now. */
  readonly start: 'fixed' | 'now';
  readonly open: boolean;
}

/** A bad option or an unusable file: one sentence for stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const known = {
  topology: { type: 'string', default: 'three-workers' },
  seed: { type: 'string', default: '1' },
  speed: { type: 'string', default: '1' },
  paused: { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  'api-port': { type: 'string', default: '0' },
  kubeconfig: { type: 'string' },
  data: { type: 'string' },
  'no-window': { type: 'boolean', default: false },
  start: { type: 'string', default: 'fixed' },
  open: { type: 'boolean', default: false },
} as const;

function whole(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most) throw new UsageError(`--${name} takes a whole number from 0 to ${most}, not "${text}".`);
  return value;
}

function speedOf(text: string): Speed {
  if (text === 'max') return 'max';
  const value = Number(text.replace(/^[x×]/, ''));
  if (!(value >= 0.1 && value <= 1000)) throw new UsageError(`--speed takes 0.1 to 1000, or max, not "${text}".`);
  return value;
}

/** Throws {@link UsageError}. */
export function readOptions(args: readonly string[]): ServeOptions {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0] ?? 'Bad options.');
  }
  if (values.start !== 'fixed' && values.start !== 'now') throw new UsageError(`--start takes fixed or now, not "${values.start}".`);
  return {
    topology: values.topology,
    seed: whole('seed', values.seed, Number.MAX_SAFE_INTEGER),
    speed: speedOf(values.speed),
    isPaused: values.paused,
    port: whole('port', values.port, 65535),
    apiPort: whole('api-port', values['api-port'], 65535),
    kubeconfig: values.kubeconfig,
    data: values.data,
    hasWindow: !values['no-window'],
    start: values.start,
    open: values.open,
  };
}
