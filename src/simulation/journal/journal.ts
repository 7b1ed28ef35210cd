// The journal: every input from outside with the virtual time it was taken in, enough to run the same run again.
import type { Instant } from '../clock/duration.ts';
import type { Json } from '@/base/json.ts';

/** What a run starts from. */
export interface JournalHead {
  readonly version: 1;
  readonly topology: string;
  readonly seed: number;
  readonly start: Instant;
}

/** One input: handed to the engine between two tasks, when the clock stood at `time` and `steps` tasks had run in all. */
export interface JournalEntry {
  readonly time: Instant;
  /** Which input: `command` (a window's or a script's), `request` (an API request over HTTPS), `advance` markers and the like. */
  readonly kind: string;
  readonly body: Json;
}

/** An append-only list of inputs. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  constructor(readonly head: JournalHead) {}

  append(entry: JournalEntry): number {
    this.entries.push(entry);
    return this.entries.length;
  }
}
