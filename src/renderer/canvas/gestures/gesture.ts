// What a gesture is: a thing taken, a place to drop it or an item in a menu, the command it sends, and the truth about it in words.
import type { CommandInput, CommandName } from '@/contract/commands/commands.ts';
import type { FaultPreview } from '@/contract/commands/answers.ts';
import type { MachineRow } from '@/contract/feed/feed.ts';
import type { Words, WordKey } from '../../locales/words.ts';
import type { PodEntry } from '../../stores/cluster/cluster-store.ts';

/** What a hand can hold. */
export type Thing = { readonly kind: 'machine'; readonly row: MachineRow } | { readonly kind: 'pod'; readonly entry: PodEntry };

/** Where a held thing can be dropped. */
export type PlaceName = 'unplug' | 'power-off' | 'rack' | 'bin';

/** A command with its parameters, ready to be sent. */
export type CommandCall = { readonly [N in CommandName]: { readonly name: N; readonly parameters: CommandInput<N> } }[CommandName];

export interface GestureDescriptor {
  readonly name: string;
  readonly explain: string;
  /** Where dropping a thing does it; undefined when only the menu does. */
  readonly place?: PlaceName;
  /** Whether the menu of the thing offers it. */
  readonly isInMenu: boolean;
  /** The words of the menu item, and of the sentence after it was done. */
  readonly label: WordKey;
  readonly done: WordKey;
  /** Order in a menu. */
  readonly order: number;
  readonly isGrave?: boolean;
  applies(thing: Thing): boolean;
  commands(thing: Thing): readonly CommandCall[];
  /** What takes it back, while nothing else was done. */
  undo?(thing: Thing): readonly CommandCall[];
  /** The same with kubectl, or undefined when no command does it. */
  kubectl(thing: Thing): string | undefined;
  /** What asks the host for the numbers of {@link GestureDescriptor.preview}. */
  ask?(thing: Thing): { readonly fault: string; readonly target: string };
  /** What will happen, before it does. */
  preview(thing: Thing, words: Words, facts: PreviewFacts): string;
}

/** Numbers for a preview: the host's when it answered, else what the window sees itself. */
export interface PreviewFacts extends FaultPreview {
  /** How many of the pods a controller makes anew elsewhere. */
  readonly replaced: number;
  readonly span: (micros: number) => string;
}

export function nameOf(thing: Thing): string {
  return thing.kind === 'machine' ? thing.row.name : thing.entry.row.name;
}

/** The key by which the mirror finds the thing again: a machine's name or `namespace/name`. */
export function keyOf(thing: Thing): string {
  return thing.kind === 'machine' ? thing.row.name : `${thing.entry.row.namespace}/${thing.entry.row.name}`;
}
