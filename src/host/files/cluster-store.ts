// Keeps a cluster in a folder, so that it survives the process that hosts it: every write to etcd is on disk before it is acknowledged. Many
// writes share one flush. Machines' disks are written beside it every few seconds, as a kernel writes back: a crash may cost their last moments.
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeFileSync, writeSync, write, fdatasync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster, KeptCluster } from '@/cluster/cluster.ts';
import { readState, snapshotLines, writeLine, type StoredHead, type StoredState } from './cluster-log.ts';
import { readIfThere, writePrivate } from './places.ts';

/** Wall milliseconds between two looks at the disks. */
const diskPeriod = 2000;
/** A log that is longer than this, and than the snapshot twice over, makes room for a new snapshot. */
const longestLog = 16 * 1024 * 1024;

/** The folder belongs to a process that runs. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

export interface FoundCluster extends Omit<StoredState, 'etcd'> {
  readonly kept: KeptCluster;
}

/** See the file's head. One per folder and process. */
export class ClusterStore {
  /** What the folder holds of an earlier run. */
  readonly found: FoundCluster | undefined;
  /** The highest folder that was not there. */
  private readonly made: string | undefined;
  private generation: number;
  private log: number | undefined;
  private logBytes = 0;
  private snapshotBytes = 0;
  private pending: string[] = [];
  private waiting: (() => void)[] = [];
  private isFlushing = false;
  private isClosed = false;
  private lastDisks = '';
  private timer: NodeJS.Timeout | undefined;
  private source: { readonly cluster: Cluster; readonly head: StoredHead } | undefined;

  /** Throws {@link FolderInUse} and the system's errors. */
  constructor(
    private readonly folder: string,
    private readonly onFailure: (error: Error) => void,
  ) {
    this.made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.lock();
    const generations = this.generations();
    this.generation = generations[0] ?? 0;
    for (const generation of generations) {
      const snapshot = readIfThere(this.path('snapshot', generation)) ?? '';
      const state = readState(snapshot, readIfThere(this.path('log', generation)) ?? '');
      if (!state) continue;
      const { etcd, ...rest } = state;
      this.found = { ...rest, kept: { etcd, disks: this.readDisks() } };
      break;
    }
  }

  /** Keeps this cluster from now on. */
  attach(cluster: Cluster, head: StoredHead): void {
    this.source = { cluster, head };
    this.begin();
    cluster.onCommit((event) => {
      if (this.isClosed) return;
      this.pending.push(writeLine(event, cluster.clock.now));
      this.flushSoon();
    });
    this.timer = setInterval(() => this.keepDisks(), diskPeriod).unref();
  }

  /** Calls back once all that was written so far is on disk; at once when it is. */
  whenDurable(then: () => void): void {
    if (this.pending.length === 0 && !this.isFlushing) then();
    else this.waiting.push(then);
  }

  /** Leaves a snapshot for a quick start. */
  close(): void {
    if (this.isClosed) return;
    if (this.source) this.begin();
    this.end();
  }

  /** Leaves nothing of a start that failed; what an earlier run left stays. */
  discard(): void {
    if (this.isClosed) return;
    this.end();
    if (this.made !== undefined) rmSync(this.made, { recursive: true, force: true });
  }

  private end(): void {
    clearInterval(this.timer);
    this.isClosed = true;
    if (this.log !== undefined) closeSync(this.log);
    rmSync(join(this.folder, 'lock'), { force: true });
  }

  /** Writes a snapshot and begins a log after it; what was pending is part of the snapshot. */
  private begin(): void {
    if (!this.source) return;
    this.keepDisks();
    const { cluster, head } = this.source;
    const generation = this.generation + 1;
    const { etcd } = cluster.keep();
    const final = this.path('snapshot', generation);
    const draft = `${final}.new`;
    const file = openSync(draft, 'w', 0o600);
    this.snapshotBytes = 0;
    let chunk = '';
    const put = (): void => {
      this.snapshotBytes += writeSync(file, chunk);
      chunk = '';
    };
    for (const line of snapshotLines({ ...head, time: cluster.clock.now, etcd })) {
      chunk += line;
      if (chunk.length > 1 << 20) put();
    }
    put();
    fsyncSync(file);
    closeSync(file);
    const log = openSync(this.path('log', generation), 'w', 0o600);
    renameSync(draft, final);
    this.syncFolder();
    const before = this.log;
    this.log = log;
    this.logBytes = 0;
    this.generation = generation;
    this.pending = [];
    if (!this.isFlushing) {
      if (before !== undefined) closeSync(before);
      this.settle();
    } else this.stale = before;
    for (const old of this.generations()) if (old < generation) this.forget(old);
  }

  /** A log that a flush is still writing to. */
  private stale: number | undefined;

  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.isClosed || this.log === undefined) return;
    if (this.logBytes > Math.max(longestLog, 2 * this.snapshotBytes)) {
      this.isFlushing = false;
      this.begin();
      return;
    }
    const lines = Buffer.from(this.pending.join(''));
    const served = this.waiting;
    this.pending = [];
    this.waiting = [];
    const file = this.log;
    const failed = (error: Error): void => {
      if (!this.isClosed) this.onFailure(error);
    };
    const done = (): void => {
      this.logBytes += lines.length;
      this.isFlushing = false;
      if (this.stale !== undefined) closeSync(this.stale);
      this.stale = undefined;
      for (const then of served) then();
      if (this.pending.length > 0) this.flushSoon();
      else this.settle();
    };
    const put = (at: number): void =>
      write(file, lines, at, lines.length - at, null, (error, written) => {
        if (error) failed(error);
        else if (at + written < lines.length) put(at + written);
        else fdatasync(file, (problem) => (problem ? failed(problem) : done()));
      });
    put(0);
  }

  private settle(): void {
    const served = this.waiting;
    this.waiting = [];
    for (const then of served) then();
  }

  private keepDisks(): void {
    if (!this.source) return;
    const text = JSON.stringify(this.source.cluster.keptDisks());
    if (text === this.lastDisks) return;
    try {
      writePrivate(join(this.folder, 'disks.json'), text);
      this.lastDisks = text;
    } catch (error) {
      this.onFailure(error as Error);
    }
  }

  private readDisks(): KeptCluster['disks'] {
    const text = readIfThere(join(this.folder, 'disks.json'));
    return text === undefined ? {} : (JSON.parse(text) as KeptCluster['disks']);
  }

  private lock(): void {
    const path = join(this.folder, 'lock');
    const owner = readIfThere(path) ?? '';
    const pid = Number(owner.split(' ')[0]);
    if (pid > 0 && pid !== process.pid && identity(pid) === owner) {
      throw new FolderInUse(`another Kubarium uses it (process ${pid})`);
    }
    writeFileSync(path, identity(process.pid) ?? '', { mode: 0o600 });
  }

  private path(kind: 'snapshot' | 'log', generation: number): string {
    return join(this.folder, `${kind}-${generation}.jsonl`);
  }

  /** The newest first. */
  private generations(): readonly number[] {
    const found = readdirSync(this.folder).flatMap((name) => {
      const number = /^snapshot-(\d+)\.jsonl$/.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
    return found.sort((a, b) => b - a);
  }

  private forget(generation: number): void {
    rmSync(this.path('snapshot', generation), { force: true });
    rmSync(this.path('log', generation), { force: true });
  }

  private syncFolder(): void {
    if (process.platform === 'win32') return;
    const folder = openSync(this.folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }
}

/** A text for a process that runs: its number, and when it began where the system tells, since numbers come again. Undefined when it has ended. */
function identity(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  const stat = process.platform === 'linux' ? readIfThere(`/proc/${pid}/stat`) : undefined;
  if (stat === undefined) return String(pid);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : `${pid} ${fields[19] ?? ''}`;
}
