// What a tip says about the thing under the pointer: its whole name, its state as a sentence, what it waits for.
import type { Deadline } from '@/contract/feed/feed.ts';
import { machineSentence, podSentence } from '../locales/state-words.ts';
import { ruleWords, spanWords, words } from '../locales/words.ts';
import type { Tip } from './bench-ui.ts';
import { machineDeadline } from './layers/machines/machines.layer.ts';
import type { Hit, Scene } from './scene.ts';

function deadlineLine(deadline: Deadline, now: number): string {
  const left = deadline.due - now;
  const when = left <= 0 ? words('deadline.due') : words('deadline.in', { span: spanWords(left) });
  return `${words(`deadline.${deadline.kind}`)}: ${when}. ${ruleWords(deadline)}`;
}

/** The tip for what is hit, or undefined when nothing is worth saying. */
export function tipOf(scene: Scene, hit: Hit, now: number): Tip | undefined {
  if (hit.kind === 'pod') {
    const entry = scene.cluster.podAt(hit.slot);
    if (!entry) return undefined;
    const { row, state } = entry;
    const waits = scene.cluster.deadlinesOf(`Pod/${row.namespace}/${row.name}`).slice(0, 2);
    const isBelieved = scene.cluster.lookOf(entry) === 'ghost' && state.look !== 'ghost';
    const lines = [
      isBelieved ? words('pod.notReally', { status: state.status }) : podSentence(state, words),
      state.message,
      row.fidelity === 'not modelled' ? `${row.image}: ${words('pod.notModelled')}` : '',
      ...waits.map((deadline) => deadlineLine(deadline, now)),
    ];
    if (waits.length > 0) lines.push(words('deadline.skipThere'));
    return { title: `${row.namespace}/${row.name}`, lines: lines.filter((line) => line !== '') };
  }
  if (hit.kind !== 'machine') return undefined;
  const row = scene.cluster.machine(hit.name);
  if (!row) return undefined;
  const lines = [
    machineSentence(row, words),
    `${words('machine.power')}: ${words(row.isPowered ? 'machine.on' : 'machine.off')} · ${words('machine.network')}: ${words(row.isConnected ? 'machine.in' : 'machine.out')}`,
  ];
  if (row.readyReason !== '' && row.ready !== 'True') lines.push(row.readyReason);
  const deadline = machineDeadline(scene, row.name, now);
  if (deadline) lines.push(deadlineLine(deadline, now));
  return { title: row.name, lines };
}
