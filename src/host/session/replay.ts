// A journal run again and held against itself: every checkpoint in it must come out as it was written.
import { replayJournal, type Hashes } from '@/cluster/replay/replay.ts';
import { equalJson } from '@/base/json.ts';
import { plus, type Duration } from '@/simulation/clock/duration.ts';
import type { Journal, JournalEntry } from '@/simulation/journal/journal.ts';
import { applyInput } from './inputs.ts';

/** A checkpoint that came out differently: the two runs parted at or before its place. */
export interface Parting {
  readonly entry: JournalEntry;
  readonly etcd: string;
  readonly occurrences: string;
}

export interface Replayed {
  /** Where the run stood at the end. */
  readonly hashes: Hashes;
  readonly checkpoints: number;
  readonly partings: readonly Parting[];
}

/** Runs the journal to its last entry, and `beyond` further. Throws when its topology is not known. */
export function replaySession(journal: Journal, beyond = 0 as Duration): Replayed {
  const partings: Parting[] = [];
  let checkpoints = 0;
  const last = journal.entries.at(-1)?.time;
  const hashes = replayJournal(journal, last === undefined ? undefined : plus(last, beyond), (cluster, entry) => {
    if (entry.kind !== 'checkpoint') return applyInput(cluster, entry, () => undefined);
    checkpoints++;
    const found = { etcd: cluster.etcdHash(), occurrences: cluster.occurrences.hashHex };
    if (!equalJson(found, entry.body)) partings.push({ entry, ...found });
  });
  return { hashes, checkpoints, partings };
}
