// The same run again: a fresh cluster from a journal's head, its inputs at their times, and the hashes that come out.
import type { Journal } from '@/simulation/journal/journal.ts';
import type { JournalEntry } from '@/simulation/journal/journal.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import { minutes, plus } from '@/simulation/clock/duration.ts';
import type { Cluster } from '../cluster.ts';
import { createCluster } from '../create-cluster.ts';

export interface Hashes {
  readonly time: Instant;
  readonly etcd: string;
  readonly occurrences: string;
}

/** Boots a cluster to where every session lets the first input in: all Ready, that instant's work done. */
export function bootCluster(cluster: Cluster): void {
  const limit = plus(cluster.clock.now, minutes(10));
  while (!cluster.isReady) if (!cluster.clock.runNext(limit)) throw new Error('The cluster did not become ready within ten virtual minutes.');
  cluster.clock.runUntil(cluster.clock.now);
}

/** Lets a cluster that goes on from an earlier run come up: to all Ready, or a minute on when something of it never will be. */
export function resumeCluster(cluster: Cluster): void {
  const limit = plus(cluster.clock.now, minutes(1));
  while (!cluster.isReady && cluster.clock.runNext(limit));
  cluster.clock.runUntil(cluster.clock.now);
}

/** Runs a journal up to `until`, or to where the boot ends when not given; `apply` hands one input to the engine. */
export function replayJournal(journal: Journal, until: Instant | undefined, apply: (cluster: Cluster, entry: JournalEntry) => void): Hashes {
  const { topology, seed, start } = journal.head;
  const cluster = createCluster({ topology, seed, start });
  bootCluster(cluster);
  for (const entry of journal.entries) {
    cluster.clock.runUntil(entry.time);
    apply(cluster, entry);
    cluster.clock.runUntil(entry.time);
  }
  if (until !== undefined) cluster.clock.runUntil(until);
  return { time: cluster.clock.now, etcd: cluster.etcdHash(), occurrences: cluster.occurrences.hashHex };
}
