// Gathers what the feed says between two pictures and writes it to the mirror in one go.
import type { FeedMessage } from '@/contract/feed/feed.ts';
import type { ClusterStore } from '../stores/cluster/cluster-store.ts';

/** How a frame of the window is asked for; a hidden window falls back to a timer so that the queue cannot grow. */
export type Schedule = (run: (wall: number) => void) => void;

const hiddenMilliseconds = 500;

/** Next animation frame while the page is seen, else twice a second. */
export const pageSchedule: Schedule = (run) => {
  if (document.visibilityState === 'hidden') window.setTimeout(() => run(performance.now()), hiddenMilliseconds);
  else requestAnimationFrame(run);
};

/** Feeds `cluster`; at most one write per frame of the window. */
export function mirror(cluster: ClusterStore, schedule: Schedule = pageSchedule): (message: FeedMessage) => void {
  let queue: FeedMessage[] = [];
  let isAsked = false;
  return (message) => {
    queue.push(message);
    if (isAsked) return;
    isAsked = true;
    schedule((wall) => {
      isAsked = false;
      const batch = queue;
      queue = [];
      cluster.apply(batch, wall);
    });
  };
}
