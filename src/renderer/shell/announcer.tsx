// The window's voice: sentences for screen readers when machines change their state, pods fail, or something was done.
import { observer } from 'mobx-react-lite';
import { useEffect, type ReactElement } from 'react';
import { machineSentence } from '../locales/state-words.ts';
import { words } from '../locales/words.ts';
import type { ClusterStore } from '../stores/cluster/cluster-store.ts';
import { useStores } from '../stores/stores.ts';

const atOnce = 3;
const pauseMilliseconds = 1200;

/** What changed between two looks at the cluster, as sentences. */
export class Observer {
  private states = new Map<string, string>();
  private failing = 0;
  private isPaused: boolean | undefined;

  look(cluster: ClusterStore): readonly string[] {
    const said: string[] = [];
    const next = new Map<string, string>();
    for (const row of cluster.machines) {
      const state = machineSentence(row, words);
      next.set(row.name, state);
      const before = this.states.get(row.name);
      if (before !== undefined && before !== state) said.push(words('announce.machineState', { name: row.name, state }));
    }
    this.states = next;
    const failing = cluster.counts.failing + cluster.counts.failed;
    if (failing > this.failing) said.push(words('announce.podsFailing', { count: failing }));
    this.failing = failing;
    const { isPaused, speed } = cluster.clock;
    if (this.isPaused !== undefined && this.isPaused !== isPaused)
      said.push(isPaused ? words('announce.paused') : words('announce.running', { speed: `×${speed}` }));
    this.isPaused = isPaused;
    return said;
  }
}

export const Announcer = observer(function Announcer(): ReactElement {
  const { cluster, view } = useStores();
  useEffect(() => {
    const watcher = new Observer();
    let waiting: string[] = [];
    let timer: number | undefined;
    const speak = (): void => {
      timer = undefined;
      if (waiting.length === 0) return;
      view.speak(
        waiting.length > atOnce
          ? `${waiting.slice(0, atOnce).join(' ')} ${words('announce.many', { count: waiting.length - atOnce })}`
          : waiting.join(' '),
      );
      waiting = [];
    };
    const stop = cluster.subscribe((change) => {
      if (!change.topics.has('machines') && !change.topics.has('counts') && !change.topics.has('clock')) return;
      const said = watcher.look(cluster);
      if (change.isSnapshot) return;
      waiting.push(...said);
      if (waiting.length > 0) timer ??= window.setTimeout(speak, pauseMilliseconds);
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [cluster, view]);
  return (
    <div className="for-ear" role="status" aria-live="polite" data-voice="">
      {view.spoken}
    </div>
  );
});
