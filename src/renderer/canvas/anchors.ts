// Real page elements over the painted bench: what screen readers, the keyboard and tests can find, kept where the picture is.
import { machineSentence } from '../locales/state-words.ts';
import { words, type WordKey } from '../locales/words.ts';
import { card, type Rect } from './geometry.ts';
import type { PlaceName } from './gestures/gesture.ts';
import type { Scene } from './scene.ts';

const machineLimit = 80;
const podLimit = 300;

export const places: readonly PlaceName[] = ['unplug', 'power-off', 'bin', 'rack'];

const placeWords: Readonly<Record<PlaceName, WordKey>> = {
  unplug: 'bench.unplug',
  'power-off': 'bench.powerOff',
  bin: 'bench.bin',
  rack: 'bench.rack',
};

export interface AnchorListener {
  select(machine: string): void;
  menu(machine: string, at: { x: number; y: number }): void;
}

export class Anchors {
  private readonly machines = new Map<string, HTMLButtonElement>();
  private readonly pods = new Map<string, HTMLElement>();
  private readonly drops = new Map<PlaceName, HTMLElement>();

  constructor(
    private readonly root: HTMLElement,
    private readonly listener: AnchorListener,
  ) {
    for (const place of places) {
      const element = document.createElement('div');
      element.dataset['drop'] = place;
      element.className = 'drop-anchor';
      root.append(element);
      this.drops.set(place, element);
    }
  }

  /** Moves every anchor to where its thing is drawn. `toScreen` maps world to screen. */
  update(scene: Scene, toScreen: (world: Rect) => Rect, isSeen: (screen: Rect) => boolean): void {
    const rows = scene.cluster.machines;
    const wanted = new Set<string>();
    if (rows.length <= machineLimit) {
      for (const row of rows) {
        const at = scene.machineAt(row.name);
        const rect = toScreen({ x: at.x, y: at.y, w: card.width * 0.6, h: card.header });
        if (!isSeen(rect)) continue;
        wanted.add(row.name);
        const button = this.machines.get(row.name) ?? this.machineButton(row.name);
        place(button, rect);
        const label = `${row.name}: ${machineSentence(row, words)}; ${words('bench.pods', { count: row.bars.pods })}`;
        if (button.getAttribute('aria-label') !== label) button.setAttribute('aria-label', label);
      }
    }
    prune(this.machines, wanted);
    this.updatePods(scene, toScreen, isSeen);
  }

  private updatePods(scene: Scene, toScreen: (world: Rect) => Rect, isSeen: (screen: Rect) => boolean): void {
    const wanted = new Set<string>();
    if (scene.cluster.podCount <= podLimit) {
      for (const { row } of scene.cluster.pods) {
        const world = scene.podRect(row);
        const rect = world && toScreen(world);
        if (!rect || !isSeen(rect)) continue;
        const key = `${row.namespace}/${row.name}`;
        wanted.add(key);
        let element = this.pods.get(key);
        if (!element) {
          element = document.createElement('div');
          element.dataset['pod'] = key;
          element.setAttribute('aria-hidden', 'true');
          this.root.append(element);
          this.pods.set(key, element);
        }
        const entry = scene.cluster.podAt(row.slot);
        const look = entry ? scene.cluster.lookOf(entry) : '';
        if (element.dataset['look'] !== look) element.dataset['look'] = look;
        place(element, rect);
      }
    }
    prune(this.pods, wanted);
  }

  /** Puts a drop place's anchor; `isEdge` shows it as a target at the edge of the window. */
  updateDrop(name: PlaceName, rect: Rect, state: { readonly isEdge: boolean; readonly takes: boolean; readonly isHot: boolean }): void {
    const element = this.drops.get(name);
    if (!element) return;
    place(element, rect);
    element.classList.toggle('is-edge', state.isEdge);
    element.classList.toggle('is-taking', state.takes);
    element.classList.toggle('is-hot', state.isHot);
    const label = state.isEdge ? words(placeWords[name]) : '';
    if (element.textContent !== label) element.textContent = label;
  }

  private machineButton(name: string): HTMLButtonElement {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'machine-anchor';
    button.dataset['machine'] = name;
    button.addEventListener('click', () => this.listener.select(name));
    button.addEventListener('keydown', (event) => {
      if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return;
      event.preventDefault();
      const box = button.getBoundingClientRect();
      this.listener.menu(name, { x: box.left + 12, y: box.bottom });
    });
    this.root.append(button);
    this.machines.set(name, button);
    return button;
  }
}

function place(element: HTMLElement, r: Rect): void {
  const { style } = element;
  const transform = `translate(${r.x}px, ${r.y}px)`;
  if (style.transform !== transform) style.transform = transform;
  const width = `${Math.max(r.w, 8)}px`;
  const height = `${Math.max(r.h, 8)}px`;
  if (style.width !== width) style.width = width;
  if (style.height !== height) style.height = height;
}

function prune<T extends HTMLElement>(known: Map<string, T>, wanted: ReadonlySet<string>): void {
  for (const [key, element] of known) {
    if (wanted.has(key)) continue;
    element.remove();
    known.delete(key);
  }
}
