// The window's copy of the occurrences: bounded, found by id and by what they are about, chained back to their beginnings.
import type { Frame } from '@/contract/feed/feed.ts';

export type Occurrence = NonNullable<Frame['occurrences']>[number];
export type OccurrenceKind = Occurrence['kind'];

export const occurrenceKinds: readonly OccurrenceKind[] = [
  'input',
  'fault',
  'machine',
  'api',
  'refusal',
  'controller',
  'scheduling',
  'kubelet',
  'runtime',
  'network',
  'heartbeat',
  'note',
];

export interface LogFilter {
  readonly hiddenKinds: ReadonlySet<OccurrenceKind>;
  /** Lower-case words; a line must contain all of them. */
  readonly text: string;
  /** `Pod/default/web-1`, or '' for all. */
  readonly subject: string;
}

/** Whether a line passes a filter. */
export function passes(line: Occurrence, filter: LogFilter): boolean {
  if (filter.hiddenKinds.has(line.kind)) return false;
  if (filter.subject !== '' && !line.subjects.includes(filter.subject)) return false;
  if (filter.text === '') return true;
  const haystack = `${line.reason} ${line.message} ${line.actor} ${line.subjects.join(' ')}`.toLowerCase();
  return filter.text.split(/\s+/).every((word) => haystack.includes(word));
}

/** The last `limit` occurrences in order, and how many went by unseen. */
export class Logbook {
  private lines: Occurrence[] = [];
  private readonly byId = new Map<number, Occurrence>();
  folded = 0;

  constructor(private readonly limit = 20_000) {}

  add(occurrences: readonly Occurrence[]): void {
    for (const line of occurrences) {
      if (this.byId.has(line.id)) continue;
      this.byId.set(line.id, line);
      this.lines.push(line);
    }
    if (this.lines.length > this.limit * 1.2) {
      const gone = this.lines.length - this.limit;
      for (let i = 0; i < gone; i++) this.byId.delete(this.lines[i]!.id);
      this.lines = this.lines.slice(gone);
    }
  }

  get(id: number): Occurrence | undefined {
    return this.byId.get(id);
  }

  get all(): readonly Occurrence[] {
    return this.lines;
  }

  /** What `id` follows from as far as the window knows it: newest first, ending at a beginning or at the edge of what is kept. */
  chain(id: number): readonly Occurrence[] {
    const links: Occurrence[] = [];
    for (let at = this.byId.get(id); at; at = this.byId.get(at.cause)) links.push(at);
    return links;
  }

  clear(): void {
    this.lines = [];
    this.byId.clear();
    this.folded = 0;
  }
}
