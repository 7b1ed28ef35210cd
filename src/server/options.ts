// The command line of the headless host: read, checked, and refused in one sentence.
import { join } from 'node:path';
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
  /** A new file for the journal of this run. */
  readonly journal: string | undefined;
  /** A folder that the cluster is kept in. */
  readonly data: string | undefined;
  readonly hasWindow: boolean;
  /** Whether node ports listen on this computer too. */
  readonly hasNodePorts: boolean;
  /** When virtual time begins: the fixed moment, or the wall clock's now. */
  readonly start: 'fixed' | 'now';
  /** Whether to show the window in the default browser. */
  readonly open: boolean;
}

/** A bad option or an unusable file: one sentence for stderr, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `--help` prints. */
export const usage = `Usage: npm run serve -- [option …]
  --topology NAME     one-machine, three-workers (default), two-zones, or N-workers, e.g. 200-workers
  --seed N            what chance begins with (default 1): same seed and same inputs, same run
  --speed X|max       virtual seconds per second, 0.1 to 1000 (default 1); max never waits
  --paused            the clock stands as soon as everything is Ready
  --port N            port of the window's page; --api-port N: of the API server (default: free ones)
  --kubeconfig FILE   where the kubeconfig is written
  --data DIR          keeps the cluster there, its kubeconfig and journals; a next start goes on with it
  --journal FILE      the journal of this run alone
  --no-window         the API server only; --no-node-ports: no node ports on this computer
  --start fixed|now   when virtual time begins
  --open              shows the window in the default browser
`;

const known = {
  topology: { type: 'string', default: 'three-workers' },
  seed: { type: 'string', default: '1' },
  speed: { type: 'string', default: '1' },
  paused: { type: 'boolean', default: false },
  port: { type: 'string', default: '0' },
  'api-port': { type: 'string', default: '0' },
  kubeconfig: { type: 'string' },
  data: { type: 'string' },
  journal: { type: 'string' },
  'no-window': { type: 'boolean', default: false },
  'no-node-ports': { type: 'boolean', default: false },
  start: { type: 'string' },
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

/** Files that are not named stand in the data folder, where there is one; the journal of each start has a name of its own there. */
function filesOf(values: { readonly kubeconfig?: string; readonly data?: string; readonly journal?: string }): Pick<ServeOptions, 'kubeconfig' | 'journal'> {
  for (const name of ['kubeconfig', 'data', 'journal'] as const) if (values[name] === '') throw new UsageError(`--${name} needs a path.`);
  const { data } = values;
  return {
    kubeconfig: values.kubeconfig ?? (data === undefined ? undefined : join(data, 'kubeconfig')),
    journal: values.journal ?? (data === undefined ? undefined : join(data, 'journals', `${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`)),
  };
}

/** Throws {@link UsageError}. */
export function readOptions(args: readonly string[]): ServeOptions {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false }));
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(/\. |\.?\n|\.$/)[0]}.`);
  }
  // A clock that starts paused is somebody's experiment: it begins at the same moment each time. Otherwise ages are right to the user's own clock.
  const start = values.start ?? (values.paused ? 'fixed' : 'now');
  if (start !== 'fixed' && start !== 'now') throw new UsageError(`--start takes fixed or now, not "${start}".`);
  return {
    topology: values.topology,
    seed: whole('seed', values.seed, Number.MAX_SAFE_INTEGER),
    speed: speedOf(values.speed),
    isPaused: values.paused,
    port: whole('port', values.port, 65535),
    apiPort: whole('api-port', values['api-port'], 65535),
    ...filesOf(values),
    data: values.data === undefined ? undefined : join(values.data, 'cluster'),
    hasWindow: !values['no-window'],
    hasNodePorts: !values['no-node-ports'],
    start,
    open: values.open,
  };
}
