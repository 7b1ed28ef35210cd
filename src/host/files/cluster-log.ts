// A cluster on disk as text: a snapshot of etcd's keys, and a log with a line for every write since. Pure: lines in, lines out.
import type { EtcdEvent, EtcdState, KeyValue } from '@/cluster/cluster.ts';
import type { Instant } from '@/simulation/clock/duration.ts';

/** What a run starts from again. */
export interface StoredHead {
  readonly topology: string;
  readonly seed: number;
}

/** A cluster as its files say: where it was, and when. */
export interface StoredState extends StoredHead {
  readonly time: Instant;
  readonly etcd: EtcdState;
}

interface HeadLine extends StoredHead {
  readonly kubarium: 'cluster';
  readonly version: 1;
  readonly time: Instant;
  readonly revision: number;
  readonly keys: number;
}

/** One write; without a value a deletion. */
interface WriteLine {
  readonly t: Instant;
  readonly r: number;
  readonly e: Omit<KeyValue, 'value'> & { readonly value?: object };
}

export function* snapshotLines(state: StoredState): Generator<string> {
  const { topology, seed, time, etcd } = state;
  const { revision, entries } = etcd;
  const head: HeadLine = {
    kubarium: 'cluster',
    version: 1,
    topology,
    seed,
    time,
    revision,
    keys: entries.length,
  };
  yield `${JSON.stringify(head)}\n`;
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

export function writeLine({ next, revision }: EtcdEvent, time: Instant): string {
  const line: WriteLine = { t: time, r: revision, e: next };
  return `${JSON.stringify(line)}\n`;
}

/** Undefined when the snapshot is not whole. Of the log all that is whole counts: a last line that was cut off was never acknowledged. */
export function readState(snapshot: string, log: string): StoredState | undefined {
  const lines = wholeLines(snapshot);
  const head = parsed<HeadLine>(lines[0]);
  if (head?.kubarium !== 'cluster' || head.version !== 1 || lines.length !== head.keys + 1) return undefined;
  const entries = new Map<string, KeyValue>();
  for (const line of lines.slice(1)) {
    const entry = parsed<KeyValue>(line);
    if (!entry) return undefined;
    entries.set(entry.key, entry);
  }
  let { time, revision } = head;
  for (const line of wholeLines(log)) {
    const write = parsed<WriteLine>(line);
    if (!write) break;
    if (write.r < revision) continue;
    ({ t: time, r: revision } = write);
    const { key, value } = write.e;
    if (value === undefined) entries.delete(key);
    else entries.set(key, { ...write.e, value });
  }
  const { topology, seed } = head;
  return { topology, seed, time, etcd: { revision, entries: [...entries.values()] } };
}

function wholeLines(text: string): readonly string[] {
  const lines = text.split('\n');
  lines.pop();
  return lines;
}

function parsed<T>(line: string | undefined): T | undefined {
  try {
    return line === undefined ? undefined : (JSON.parse(line) as T);
  } catch {
    return undefined;
  }
}
