// The places to drop things: cable out, power off, and the bin for pods. They open while something is held that they take.
import { bin, jack, power, strike } from '../../glyphs.ts';
import { dropAt } from '../../gestures/registry.ts';
import type { PlaceName, Thing } from '../../gestures/gesture.ts';
import { faded, type Painter } from '../../painter.ts';
import type { Scene } from '../../scene.ts';
import type { WordKey } from '../../../locales/words.ts';
import type { LayerDescriptor } from '../layer.ts';

const places: readonly {
  readonly place: PlaceName;
  readonly title: WordKey;
  readonly hint: WordKey;
  readonly glyph: typeof bin;
  readonly isStruck: boolean;
}[] = [
  { place: 'unplug', title: 'bench.unplug', hint: 'bench.unplugHint', glyph: jack, isStruck: true },
  { place: 'power-off', title: 'bench.powerOff', hint: 'bench.powerOffHint', glyph: power, isStruck: false },
  { place: 'bin', title: 'bench.bin', hint: 'bench.binHint', glyph: bin, isStruck: false },
];

/** The thing in the hand, as gestures see it. */
export function heldThing(scene: Scene): Thing | undefined {
  const { held, cluster } = scene;
  if (!held) return undefined;
  if (held.kind === 'machine') {
    const row = cluster.machine(held.key);
    return row && { kind: 'machine', row };
  }
  const entry = cluster.pod(held.key);
  return entry && { kind: 'pod', entry };
}

function paint(painter: Painter, scene: Scene): void {
  if (painter.state.pass === 'hand') return;
  const { colours, g } = painter;
  const thing = heldThing(scene);
  const over = scene.hover?.kind === 'place' ? scene.hover.place : undefined;
  for (const { place, title, hint, glyph, isStruck } of places) {
    const world = scene.placeRect(place);
    const r = painter.rect(world);
    if (!painter.isSeen(r)) continue;
    const takes = thing !== undefined && dropAt(thing, place) !== undefined;
    const isHot = takes && over === place;
    const colour = takes ? colours.accent : colours.muted;
    g.globalAlpha = thing && !takes ? 0.4 : 1;
    painter.round({ x: r.x + 0.5, y: r.y + 0.5, w: r.w - 1, h: r.h - 1 }, 10);
    if (takes) painter.fill(faded(colours.accent, isHot ? 0.2 : 0.08));
    painter.stroke(faded(colour, takes ? 0.9 : 0.45), isHot ? 2 : 1, [6, 5]);
    const isTaken = scene.cluster.machines.some((row) => scene.placeOf(row) === place && scene.held?.key !== row.name);
    paintLabel(painter, r, { title: painter.state.words(title), hint: painter.state.words(hint), colour, isTaken }, (x, y, radius) => {
      g.lineWidth = 1.5;
      g.strokeStyle = colour;
      g.fillStyle = colour;
      glyph(g, x, y, radius);
      if (isStruck) strike(g, x, y, radius * 1.15);
    });
    g.globalAlpha = 1;
  }
}

interface Label {
  readonly title: string;
  readonly hint: string;
  readonly colour: string;
  readonly isTaken: boolean;
}

function paintLabel(
  painter: Painter,
  r: { x: number; y: number; w: number; h: number },
  label: Label,
  sign: (x: number, y: number, radius: number) => void,
): void {
  const { colours } = painter;
  if (r.w < 44 || r.h < 24) return;
  if (label.isTaken || r.h < 92) {
    const y = !label.isTaken ? r.y + r.h / 2 : painter.zoom < 0.6 ? r.y + r.h - 12 : r.y + 17 * painter.zoom;
    if (r.w < 120) {
      sign(r.x + r.w / 2, y, 6);
      return;
    }
    sign(r.x + 18, y, 6);
    painter.text(label.title, r.x + 32, y, { size: 12, weight: 500, colour: colours.muted, width: r.w - 38 });
    return;
  }
  const x = r.x + r.w / 2;
  const y = r.y + r.h / 2;
  sign(x, y - 20, 10);
  const style = {
    size: 13,
    weight: 600,
    align: 'center',
    colour: label.colour === colours.accent ? colours.accent : colours.text,
  } as const;
  const isWide = painter.width(label.title, style) < r.w - 12;
  const lines = isWide
    ? [label.title]
    : label.title.includes(' ')
      ? label.title.split(' ')
      : [label.title.slice(0, label.title.length / 2), label.title.slice(label.title.length / 2)];
  lines.forEach((line, index) => painter.text(line, x, y + 8 + index * 17, { ...style, width: r.w - 6 }));
  if (isWide && r.h > 84) painter.text(label.hint, x, y + 27, { size: 12, align: 'center', colour: colours.muted, width: r.w - 12 });
}

export const layer: LayerDescriptor = {
  name: 'bays',
  explain: 'Where things are dropped: cable out, power off, delete.',
  order: 15,
  paint,
};
