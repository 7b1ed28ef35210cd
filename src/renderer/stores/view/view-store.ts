// The state of the window itself: what is selected, open, held and lit. Nothing of it reaches the host.
import { makeAutoObservable, observable, reaction } from 'mobx';
import type { ThemeName } from '../../theme/tokens.ts';
import type { OccurrenceKind } from '../cluster/logbook.ts';
import type { Memory } from './memory.ts';

export type LanguageName = 'en' | 'zh-CN';

/** What the inspector shows. `key` is a machine's name, `namespace/name` of a pod or Service, `Kind/namespace/name`, or a number. */
export type Selection =
  | { readonly kind: 'machine' | 'pod' | 'service' | 'workload'; readonly key: string }
  | { readonly kind: 'packet'; readonly id: number }
  | {
      readonly kind: 'object';
      readonly group: string;
      readonly version: string;
      readonly resource: string;
      readonly namespace: string;
      readonly name: string;
    };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Camera {
  readonly zoom: number;
  readonly pan: Point;
}

/** A line at the foot of the bench after something was done. */
export interface Said {
  readonly id: number;
  readonly text: string;
  /** The kubectl line that does the same, or undefined when there is none. */
  readonly kubectl?: string | undefined;
  readonly isRefusal?: boolean;
  readonly undo?: (() => void) | undefined;
}

export type PanelPlace = 'left' | 'right' | 'bottom';

/** The subject of occurrences and deadlines that a selection stands for. */
export function subjectOf(selection: Selection): string {
  switch (selection.kind) {
    case 'machine':
      return `Node/${selection.key}`;
    case 'pod':
      return `Pod/${selection.key}`;
    case 'service':
      return `Service/${selection.key}`;
    case 'workload':
      return selection.key;
    case 'packet':
      return `Packet/${selection.id}`;
    case 'object':
      return `${selection.resource}/${selection.namespace}/${selection.name}`;
  }
}

export class ViewStore {
  theme: ThemeName;
  language: LanguageName;
  namespace = '';
  selection: Selection | undefined;
  inspectorTab = 'summary';
  /** Names of the open panels. */
  readonly open: Set<string>;
  sizes: Readonly<Record<PanelPlace, number>>;
  camera: Camera | undefined;
  /** Where people put machines on the bench, by name; the others stand in their rack. */
  positions: Readonly<Record<string, Point>>;
  isWelcomeClosed: boolean;
  hiddenKinds: readonly OccurrenceKind[];
  logText = '';
  logSubject = '';
  /** The chain under the pointer, beginning first. */
  litSubjects: readonly (readonly string[])[] = [];
  said: Said | undefined;
  /** The last sentence for the ear. */
  spoken = '';
  isMotionReduced = false;
  private nextSaid = 1;

  constructor(private readonly memory: Memory) {
    this.theme = memory.read<ThemeName>('theme', prefersLight() ? 'light' : 'dark');
    this.language = memory.read<LanguageName>('language', prefersChinese() ? 'zh-CN' : 'en');
    this.open = observable.set(memory.read<string[]>('panels', []));
    this.sizes = memory.read('sizes', { left: 280, right: 380, bottom: 260 });
    this.camera = memory.read<Camera | undefined>('camera', undefined);
    this.positions = memory.read('positions', {});
    this.isWelcomeClosed = memory.read('welcomeClosed', false);
    this.hiddenKinds = memory.read<OccurrenceKind[]>('hiddenKinds', ['heartbeat']);
    makeAutoObservable<this, 'memory' | 'nextSaid'>(this, { memory: false, nextSaid: false, open: false }, { deep: false, autoBind: true });
  }

  /** Writes down what is worth remembering whenever it changes. */
  remember(): () => void {
    const keep = (key: string, read: () => unknown, delay = 0): (() => void) =>
      reaction(read, (value) => this.memory.write(key, value), { delay });
    const stops = [
      keep('theme', () => this.theme),
      keep('language', () => this.language),
      keep('panels', () => [...this.open]),
      keep('sizes', () => this.sizes, 200),
      keep('camera', () => this.camera, 200),
      keep('positions', () => this.positions),
      keep('welcomeClosed', () => this.isWelcomeClosed),
      keep('hiddenKinds', () => this.hiddenKinds),
    ];
    return () => stops.forEach((stop) => stop());
  }

  setTheme(theme: ThemeName): void {
    this.theme = theme;
  }

  setLanguage(language: LanguageName): void {
    this.language = language;
  }

  setNamespace(namespace: string): void {
    this.namespace = namespace;
  }

  /** Selects and opens the inspector; selecting nothing closes it. */
  select(selection: Selection | undefined): void {
    this.selection = selection;
    if (selection) this.open.add('inspector');
    else this.open.delete('inspector');
  }

  setInspectorTab(tab: string): void {
    this.inspectorTab = tab;
  }

  toggle(panel: string): void {
    if (!this.open.delete(panel)) this.open.add(panel);
  }

  /** Opens `panel` and closes those of `others`, which share its place. */
  openOnly(panel: string, others: readonly string[]): void {
    for (const other of others) if (other !== panel) this.open.delete(other);
    this.open.add(panel);
  }

  close(panel: string): void {
    this.open.delete(panel);
  }

  resize(place: PanelPlace, size: number): void {
    this.sizes = { ...this.sizes, [place]: Math.round(size) };
  }

  /** Undefined: the camera shows everything, whatever the size of the window. */
  setCamera(camera: Camera | undefined): void {
    this.camera = camera;
  }

  putMachine(name: string, at: Point | undefined): void {
    const { [name]: _, ...rest } = this.positions;
    this.positions = at ? { ...rest, [name]: at } : rest;
  }

  closeWelcome(): void {
    this.isWelcomeClosed = true;
  }

  toggleKind(kind: OccurrenceKind): void {
    this.hiddenKinds = this.hiddenKinds.includes(kind) ? this.hiddenKinds.filter((other) => other !== kind) : [...this.hiddenKinds, kind];
  }

  setLogText(text: string): void {
    this.logText = text;
  }

  setLogSubject(subject: string): void {
    this.logSubject = subject;
  }

  light(chain: readonly (readonly string[])[]): void {
    this.litSubjects = chain;
  }

  /** Puts one line at the foot of the bench, and says it. */
  say(said: Omit<Said, 'id'>): void {
    this.said = { ...said, id: this.nextSaid++ };
    this.spoken = said.text;
  }

  unsay(id: number): void {
    if (this.said?.id === id) this.said = undefined;
  }

  /** A sentence for screen readers only. */
  speak(sentence: string): void {
    this.spoken = sentence;
  }

  setMotionReduced(isReduced: boolean): void {
    this.isMotionReduced = isReduced;
  }
}

function prefersLight(): boolean {
  return typeof window !== 'undefined' && window.matchMedia('(prefers-color-scheme: light)').matches;
}

function prefersChinese(): boolean {
  return typeof navigator !== 'undefined' && navigator.language.toLowerCase().startsWith('zh');
}
