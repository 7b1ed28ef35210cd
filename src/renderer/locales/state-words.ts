// States as words: one place that says how a machine, a pod or a quantity is called, for canvas, table, inspector and live region.
import type { MachineRow, PodState } from '@/contract/feed/feed.ts';
import type { Words } from './words.ts';

/** How a machine is, as what the API believes beside what is true. */
export interface MachineWords {
  /** What is true of the machine, or what the API believes when both agree. */
  readonly text: string;
  /** What the API believes, when that is not what is true; else ''. */
  readonly belief: string;
  readonly tone: 'ready' | 'starting' | 'failed' | 'muted';
}

function believed(row: MachineRow, words: Words): string {
  if (row.ready === 'True') return words('machine.ready');
  if (row.ready === 'False') return words('machine.notReady');
  if (row.ready === 'Unknown') return words('machine.unknown');
  return words('machine.noNode');
}

/** Two facts, the world's and the API's; the difference is the lesson. */
export function machineWords(row: MachineRow, words: Words): MachineWords {
  if (!row.isPowered || !row.isConnected) {
    const text = words(row.isPowered ? 'machine.cableOut' : 'machine.powerOut');
    return {
      text,
      belief: words(row.ready === 'True' ? 'machine.believedReady' : 'machine.believedNotReady'),
      tone: row.ready === 'True' ? 'starting' : 'failed',
    };
  }
  const cordoned = row.isCordoned ? `, ${words('machine.cordoned')}` : '';
  const text = believed(row, words) + cordoned;
  return { text, belief: '', tone: row.ready === 'True' ? (row.isCordoned ? 'muted' : 'ready') : row.ready === '' ? 'muted' : 'starting' };
}

/** The same in one sentence part, for tables and the ear. */
export function machineSentence(row: MachineRow, words: Words): string {
  const state = machineWords(row, words);
  return state.belief === '' ? state.text : `${state.text}; ${state.belief}`;
}

/** `Running, ready`: kubectl's word first, ours when it says more. */
export function podSentence(state: PodState, words: Words): string {
  return `${state.status}, ${words(`look.${state.look}`)}`;
}

/** `0.25` of millicores: cores with at most two decimals. */
export function coresText(millicores: number): string {
  return String(Math.round(millicores / 10) / 100);
}

const memoryUnits = ['B', 'Ki', 'Mi', 'Gi', 'Ti'] as const;

/** `0.8/8Gi`: two amounts of memory in the unit of the second. */
export function memoryPair(part: number, all: number): string {
  let unit = 0;
  for (let value = all; value >= 1024 && unit < memoryUnits.length - 1; value /= 1024) unit++;
  const round = (bytes: number): string => String(Math.round((bytes / 1024 ** unit) * 10) / 10);
  return `${round(part)}/${round(all)}${memoryUnits[unit]}`;
}

/** `1.5Gi` of bytes. */
export function memoryText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < memoryUnits.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10}${memoryUnits[unit]}`;
}
