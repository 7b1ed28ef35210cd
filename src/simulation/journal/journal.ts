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

/** One input: handed to the engine at `time`, after all that was due then had run. */
export interface JournalEntry {
  readonly time: Instant;
  /**
   * Which input: `command` (a window's or a script's), `request` (an API request over HTTPS), `stream` (an event on a connection that a client
   * holds open). A `checkpoint` is none: it says what the run's
   * hashes were here, so that a replay can be held against it.
   */
  readonly kind: string;
  readonly body: Json;
}

/** An append-only list of inputs. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  private readonly listeners = new Set<(entry: JournalEntry) => void>();
  private inputCount = 0;

  constructor(readonly head: JournalHead) {}

  /** How many inputs came in so far. */
  get inputs(): number {
    return this.inputCount;
  }

  append(entry: JournalEntry): void {
    this.entries.push(entry);
    if (entry.kind !== 'checkpoint') this.inputCount++;
    for (const listener of this.listeners) listener(entry);
  }

  /** Calls back for every entry from now on, before it takes effect: a run that breaks has its last input on record. */
  onAppend(listener: (entry: JournalEntry) => void): void {
    this.listeners.add(listener);
  }
}

/** The head as the first line of a file; every entry is a line of its own after it. */
export const headLine = (head: JournalHead): string => `${JSON.stringify({ journal: 'kubarium', ...head })}\n`;
export const entryLine = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;

/** Reads a journal from its lines. A last line that was cut off while it was written is left out. Throws a sentence for what is no journal. */
export function parseJournal(text: string): Journal {
  const [first = '', ...rest] = text.split('\n');
  const head = parsed(first) as (JournalHead & { readonly journal?: unknown }) | undefined;
  if (head?.journal !== 'kubarium') throw new Error('This is no journal of Kubarium.');
  if (head.version !== 1) throw new Error(`This journal is of version ${String(head.version)}; only version 1 can be read.`);
  const journal = new Journal({ version: 1, topology: head.topology, seed: head.seed, start: head.start });
  rest.forEach((line, at) => {
    if (line === '') return;
    const entry = parsed(line) as JournalEntry | undefined;
    if (entry) journal.append(entry);
    else if (at < rest.length - 1) throw new Error(`Line ${at + 2} of the journal cannot be read.`);
  });
  return journal;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
