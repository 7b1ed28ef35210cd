// The log of one container: the last lines it wrote, and whoever follows them.
import type { LogLine } from '@/kubernetes/cri-api/runtime.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Writer } from './program.ts';

/** Lines kept per container, newest last, while there are few containers that write. */
export const mostLogLines = 2_000;
const fewestLogLines = 50;
/** Lines kept in the whole world: with many logs each keeps fewer. */
const mostLinesInAll = 1_000_000;

/** How many logs share the bound of the world. */
export class LogBudget {
  logs = 0;

  get linesPerLog(): number {
    return Math.max(fewestLogLines, Math.min(mostLogLines, Math.floor(mostLinesInAll / Math.max(1, this.logs))));
  }
}

const longestLine = 16 * 1024;

export class ContainerLog {
  private kept: LogLine[] = [];
  private followers: Set<(line: LogLine) => void> | undefined;
  private listeners: Set<(text: string, stream: 'stdout' | 'stderr') => void> | undefined;
  private readonly halves = { stdout: '', stderr: '' };

  constructor(
    private readonly clock: { readonly now: Instant },
    private readonly budget: LogBudget,
  ) {
    budget.logs++;
  }

  get lines(): readonly LogLine[] {
    const most = this.budget.linesPerLog;
    return this.kept.length > most ? this.kept.slice(-most) : this.kept;
  }

  /** The container was removed: its lines make room for others'. */
  remove(): void {
    this.budget.logs--;
    this.kept = [];
  }

  follow(onLine: (line: LogLine) => void): () => void {
    const followers = (this.followers ??= new Set());
    followers.add(onLine);
    return () => {
      followers.delete(onLine);
    };
  }

  /** Hears every piece of text as it is written, complete line or not. */
  listen(onText: (text: string, stream: 'stdout' | 'stderr') => void): () => void {
    const listeners = (this.listeners ??= new Set());
    listeners.add(onText);
    return () => {
      listeners.delete(onText);
    };
  }

  /** Text as a program writes it; lines are kept when they are complete. */
  write(text: string, stream: 'stdout' | 'stderr'): void {
    if (this.listeners) for (const listener of [...this.listeners]) listener(text, stream);
    const pieces = (this.halves[stream] + text).split('\n');
    let half = pieces.pop() ?? '';
    for (const piece of pieces) this.add(piece, stream, false);
    for (; half.length > longestLine; half = half.slice(longestLine)) this.add(half.slice(0, longestLine), stream, true);
    this.halves[stream] = half;
  }

  /** The container has ended: what stands without a line break is kept as it is. */
  flush(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.halves[stream] !== '') this.add(this.halves[stream], stream, true);
      this.halves[stream] = '';
    }
  }

  private add(text: string, stream: 'stdout' | 'stderr', isPartial: boolean): void {
    const line: LogLine = { time: this.clock.now, stream, text, isPartial };
    this.kept.push(line);
    const most = this.budget.linesPerLog;
    if (this.kept.length >= 2 * most) this.kept = this.kept.slice(-most);
    if (this.followers) for (const follower of [...this.followers]) follower(line);
  }
}

/** A program's stream into a container's log. */
export class LogWriter implements Writer {
  constructor(
    private readonly log: () => ContainerLog,
    private readonly stream: 'stdout' | 'stderr',
  ) {}

  write(text: string): void {
    if (text !== '') this.log().write(text, this.stream);
  }

  *drain(): Task<void> {
    return;
  }
}
