// Deadlines: what will happen at a known moment, for rings on the bench and for skipping there.
import type { Cluster } from '@/cluster/cluster.ts';
import type { Deadline } from '@/contract/feed/feed.ts';
import type { Instant } from '@/simulation/clock/duration.ts';

/** More rings than this nobody can read; the soonest are kept. */
const maxDeadlines = 200;

/** The soonest deadlines that still lie ahead, soonest first. */
export function standingDeadlines(cluster: Cluster): readonly Deadline[] {
  const { now } = cluster.clock;
  return cluster
    .deadlines()
    .filter((deadline) => deadline.due > now)
    .sort((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1))
    .slice(0, maxDeadlines);
}

/** When the named deadline is due, or the soonest one that is more than a heartbeat; undefined when nothing waits. */
export function nextDeadline(cluster: Cluster, id: string | undefined): Instant | undefined {
  const standing = standingDeadlines(cluster);
  const found = id === undefined ? standing.find((deadline) => deadline.kind !== 'lease') : standing.find((deadline) => deadline.id === id);
  return found?.due as Instant | undefined;
}
