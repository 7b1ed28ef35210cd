// Deadlines: what will happen at a known moment, for rings on the bench and for skipping there.
import type { Cluster } from '@/cluster/cluster.ts';
import type { Deadline } from '@/contract/feed/feed.ts';
import type { Instant } from '@/simulation/clock/duration.ts';

/** More rings than this nobody can read; the soonest are kept. */
const maxDeadlines = 200;

/** What recurs for ever while all is well: rings for these would be everywhere and say nothing. */
const routine: ReadonlySet<string> = new Set(['lease', 'probe']);

/** The soonest deadlines that still lie ahead, soonest first; what is mere routine is left out. */
export function standingDeadlines(cluster: Cluster): readonly Deadline[] {
  const { now } = cluster.clock;
  return cluster
    .deadlines()
    .filter(({ due, kind }) => due > now && !routine.has(kind))
    .sort((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1))
    .slice(0, maxDeadlines);
}

/** When the named deadline is due, or the soonest one; undefined when nothing waits. */
export function nextDeadline(cluster: Cluster, id: string | undefined): Instant | undefined {
  const standing = standingDeadlines(cluster);
  const found = id === undefined ? standing[0] : standing.find((deadline) => deadline.id === id);
  return found?.due as Instant | undefined;
}
