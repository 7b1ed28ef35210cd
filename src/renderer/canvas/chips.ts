// How one pod looks: shape, sign, hatch, text and colour together when it is large enough, texture when it is small.
import type { PodLook } from '@/contract/feed/feed.ts';
import type { PodEntry } from '../stores/cluster/cluster-store.ts';
import { lookColour } from '../theme/tokens.ts';
import { middleEllipsis, type Rect } from './geometry.ts';
import { lookGlyphs, ring } from './glyphs.ts';
import { faded, type Painter } from './painter.ts';
import type { Scene } from './scene.ts';

/** From this height in pixels on a chip carries its name; from the second one its sign. */
export const nameHeight = 13;
export const signHeight = 8;

const isHollow: Readonly<Record<PodLook, boolean>> = {
  pending: true,
  starting: true,
  ready: false,
  notready: true,
  failing: true,
  failed: false,
  leaving: true,
  ghost: true,
  done: true,
};

/** Below this many characters a name is cut at its end: too little would be left around a cut in its middle. */
const fewCharacters = 9;

/** What a chip of so many characters calls its pod: the component on control-plane machines, else the name. */
export function chipName({ row }: PodEntry, characters: number): string {
  const name = row.component !== '' ? row.component : row.name;
  if (name.length <= characters) return name;
  if (row.component === '' && characters >= fewCharacters) return middleEllipsis(name, characters);
  const short = name.replace(/^kube-/, '');
  return short.length <= characters ? short : `${short.slice(0, characters - 1)}…`;
}

/** Paints a pod at `world`, at least {@link signHeight} pixels high. */
export function podChip(painter: Painter, scene: Scene, entry: PodEntry, world: Rect): void {
  const { g, colours, zoom } = painter;
  const r = painter.rect(world);
  const look = scene.cluster.lookOf(entry);
  const colour = colours[lookColour[look]];
  const radius = Math.min(4, 3 * zoom + 0.5);
  const isDim = scene.view.namespace !== '' && entry.row.namespace !== scene.view.namespace;
  const edge: Rect = { x: r.x + 0.5, y: r.y + 0.5, w: r.w - 1, h: r.h - 1 };
  g.globalAlpha = isDim ? 0.3 : 1;
  painter.round(edge, radius, look === 'failed' ? r.h * 0.4 : 0);
  if (look === 'ready') painter.fill(faded(colour, 0.26));
  else if (look === 'failed') painter.fill(faded(colour, 0.24));
  else if (look !== 'ghost') painter.fill(faded(colour, 0.06));
  if (look === 'leaving') hatch(painter, edge, faded(colour, 0.5));
  if (look === 'starting') fillingEdge(painter, edge, entry, colour);
  painter.round(edge, radius, look === 'failed' ? r.h * 0.4 : 0);
  painter.stroke(
    look === 'ready' ? faded(colour, 0.55) : colour,
    look === 'ready' ? 1 : 1.25,
    look === 'ghost' ? [1.5, 2.5] : look === 'pending' ? [4, 2] : [],
  );
  if (look === 'ready') {
    g.fillStyle = colour;
    g.fillRect(r.x, r.y + radius, Math.max(2, 3 * Math.min(zoom, 1.4)), r.h - 2 * radius);
  }
  chipInside(painter, scene, entry, { ...r, h: world.h * zoom }, look);
  if (isSelected(scene, entry)) {
    painter.round({ x: r.x - 1.5, y: r.y - 1.5, w: r.w + 3, h: r.h + 3 }, radius + 2);
    painter.stroke(colours.text, 2);
  }
  g.globalAlpha = 1;
}

function isSelected(scene: Scene, entry: PodEntry): boolean {
  const { selection } = scene.view;
  return selection?.kind === 'pod' && selection.key === `${entry.row.namespace}/${entry.row.name}`;
}

function chipInside(painter: Painter, scene: Scene, entry: PodEntry, r: Rect, look: PodLook): void {
  const { g, colours } = painter;
  const colour = colours[lookColour[look]];
  const glyph = lookGlyphs[look];
  const middle = r.y + r.h / 2;
  let left = r.x + 7;
  if (glyph && r.h >= signHeight && r.w >= 10) {
    const radius = Math.min(5, r.h * 0.26);
    const x = r.w < 26 ? r.x + r.w / 2 : r.x + 6 + radius;
    g.strokeStyle = g.fillStyle = colour;
    g.lineWidth = 1.4;
    glyph(g, x, middle, radius);
    left = x + radius + 5;
  }
  let right = r.x + r.w - 5;
  right -= chipRing(painter, scene, entry, r);
  if (r.h < nameHeight || right - left < 24) return;
  const size = Math.min(16, Math.max(12, Math.round(11.5 * painter.zoom)));
  const characters = Math.floor((right - left) / (size * 0.6));
  painter.text(chipName(entry, characters), left, middle, {
    size,
    isMono: true,
    colour: look === 'ghost' ? colours.ghost : colours.text,
  });
}

/** The ring of the pod's next deadline at the right end; returns the room that it takes. */
function chipRing(painter: Painter, scene: Scene, entry: PodEntry, r: Rect): number {
  const deadline = scene.cluster.deadlinesOf(`Pod/${entry.row.namespace}/${entry.row.name}`)[0];
  if (!deadline || deadline.due <= painter.state.now) return 0;
  const left = (deadline.due - painter.state.now) / Math.max(1, deadline.due - deadline.start);
  const { g, colours } = painter;
  if (r.h < signHeight || r.w < 26) {
    g.fillStyle = colours.text;
    g.fillRect(r.x, r.y + r.h - 1, r.w * left, 1);
    return 0;
  }
  const radius = Math.min(6.5, r.h * 0.32);
  const x = r.x + r.w - 5 - radius;
  g.lineWidth = 2;
  g.strokeStyle = colours.seat;
  ring(g, x, r.y + r.h / 2, radius, 1);
  g.strokeStyle = colours.text;
  ring(g, x, r.y + r.h / 2, radius, left);
  return radius * 2 + 5;
}

function fillingEdge(painter: Painter, r: Rect, entry: PodEntry, colour: string): void {
  const { readyContainers, containers, running } = entry.state;
  const part = containers === 0 ? 0.12 : Math.max(0.12, (readyContainers + running) / (2 * containers));
  painter.g.fillStyle = faded(colour, 0.3);
  painter.g.fillRect(r.x, r.y, r.w * Math.min(part, 1), r.h);
}

function hatch(painter: Painter, r: Rect, colour: string): void {
  const { g } = painter;
  g.save();
  g.beginPath();
  g.rect(r.x, r.y, r.w, r.h);
  g.clip();
  g.beginPath();
  for (let x = r.x - r.h; x < r.x + r.w; x += 6) {
    g.moveTo(x, r.y + r.h);
    g.lineTo(x + r.h, r.y);
  }
  g.strokeStyle = colour;
  g.lineWidth = 1;
  g.stroke();
  g.restore();
}

/** Many small chips at once: rectangles by look, so that the colour changes nine times and not ten thousand. */
export class ChipTexture {
  private readonly rects = new Map<PodLook, number[]>();

  add(look: PodLook, x: number, y: number, w: number, h: number): void {
    let list = this.rects.get(look);
    if (!list) this.rects.set(look, (list = []));
    list.push(x, y, w, h);
  }

  /** Paints and forgets. Hollow looks are hollow as long as there is room for a hole. */
  paint(painter: Painter): void {
    const { g, colours } = painter;
    for (const [look, list] of this.rects) {
      // What goes well stays quiet, so that what does not is seen first.
      g.fillStyle = look === 'ready' ? faded(colours.ready, 0.6) : colours[lookColour[look]];
      for (let i = 0; i < list.length; i += 4) g.fillRect(list[i]!, list[i + 1]!, list[i + 2]!, list[i + 3]!);
      if (!isHollow[look]) continue;
      g.fillStyle = colours.machine;
      for (let i = 0; i < list.length; i += 4) {
        const [x, y, w, h] = [list[i]!, list[i + 1]!, list[i + 2]!, list[i + 3]!];
        if (w >= 3 && h >= 3) hole(g, look, x, y, w, h);
      }
    }
    this.rects.clear();
  }
}

function hole(g: CanvasRenderingContext2D, look: PodLook, x: number, y: number, w: number, h: number): void {
  if (look === 'leaving') for (let i = 1; i < w; i += 3) g.fillRect(x + i, y, 1, h);
  else if (look === 'ghost') for (let i = 0; i < w; i += 2) g.fillRect(x + i, y, 1, h);
  else if (look === 'failing') g.fillRect(x + w / 2, y + 1, w / 2 - 1, h - 2);
  else g.fillRect(x + 1, y + 1, w - 2, h - 2);
}
