// The small signs of the bench, drawn as strokes so that they stay sharp at every zoom. All are centred on (x, y) with radius r.
import type { PodLook } from '@/contract/feed/feed.ts';

type Pen = CanvasRenderingContext2D;
type Glyph = (g: Pen, x: number, y: number, r: number) => void;

function line(g: Pen, ...points: readonly number[]): void {
  g.beginPath();
  g.moveTo(points[0]!, points[1]!);
  for (let i = 2; i < points.length; i += 2) g.lineTo(points[i]!, points[i + 1]!);
  g.stroke();
}

const clock: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.arc(x, y, r, 0, Math.PI * 2);
  g.stroke();
  line(g, x, y - r * 0.6, x, y, x + r * 0.45, y + r * 0.2);
};

const opening: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.arc(x, y, r, -Math.PI / 2, Math.PI);
  g.stroke();
  g.beginPath();
  g.arc(x, y, Math.max(0.8, r * 0.3), 0, Math.PI * 2);
  g.fill();
};

const half: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.arc(x, y, r, 0, Math.PI * 2);
  g.stroke();
  g.beginPath();
  g.arc(x, y, r, Math.PI / 2, Math.PI * 1.5);
  g.fill();
};

const loop: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.arc(x, y, r, -Math.PI * 0.2, Math.PI * 1.45);
  g.stroke();
  g.beginPath();
  g.moveTo(x - r * 0.1, y - r * 1.55);
  g.lineTo(x + r * 0.75, y - r * 0.95);
  g.lineTo(x - r * 0.1, y - r * 0.35);
  g.fill();
};

const cross: Glyph = (g, x, y, r) => {
  const k = r * 0.8;
  line(g, x - k, y - k, x + k, y + k);
  line(g, x + k, y - k, x - k, y + k);
};

const exit: Glyph = (g, x, y, r) => {
  line(g, x - r, y, x + r, y);
  line(g, x + r * 0.25, y - r * 0.75, x + r, y, x + r * 0.25, y + r * 0.75);
};

const dotted: Glyph = (g, x, y, r) => {
  for (let i = 0; i < 8; i++) {
    const a = (i / 8) * Math.PI * 2;
    g.beginPath();
    g.arc(x + Math.cos(a) * r, y + Math.sin(a) * r, Math.max(0.7, r * 0.18), 0, Math.PI * 2);
    g.fill();
  }
};

const check: Glyph = (g, x, y, r) => line(g, x - r * 0.9, y, x - r * 0.25, y + r * 0.7, x + r, y - r * 0.7);

/** The sign of each look; a ready pod has none. */
export const lookGlyphs: Readonly<Record<PodLook, Glyph | undefined>> = {
  pending: clock,
  starting: opening,
  ready: undefined,
  notready: half,
  failing: loop,
  failed: cross,
  leaving: exit,
  ghost: dotted,
  done: check,
};

/** Kubernetes' helm: what the API believes. */
export const helm: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.arc(x, y, r * 0.68, 0, Math.PI * 2);
  g.stroke();
  for (let i = 0; i < 7; i++) {
    const a = (i / 7) * Math.PI * 2 - Math.PI / 2;
    line(g, x, y, x + Math.cos(a) * r, y + Math.sin(a) * r);
  }
};

/** A network jack. */
export const jack: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.moveTo(x - r, y + r * 0.85);
  g.lineTo(x - r, y - r * 0.3);
  g.lineTo(x - r * 0.45, y - r * 0.3);
  g.lineTo(x - r * 0.45, y - r * 0.9);
  g.lineTo(x + r * 0.45, y - r * 0.9);
  g.lineTo(x + r * 0.45, y - r * 0.3);
  g.lineTo(x + r, y - r * 0.3);
  g.lineTo(x + r, y + r * 0.85);
  g.closePath();
  g.stroke();
  for (const dx of [-0.45, 0, 0.45]) line(g, x + dx * r, y + r * 0.85, x + dx * r, y + r * 0.35);
};

/** The power sign. */
export const power: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.arc(x, y + r * 0.08, r * 0.85, -Math.PI * 0.28, Math.PI * 1.28);
  g.stroke();
  line(g, x, y - r, x, y + r * 0.05);
};

/** A stroke through a sign: it is off. */
export const strike: Glyph = (g, x, y, r) => line(g, x - r, y + r, x + r, y - r);

/** A crest for machines that carry the control plane. */
export const crest: Glyph = (g, x, y, r) => {
  g.beginPath();
  g.moveTo(x - r, y + r * 0.75);
  g.lineTo(x - r, y - r * 0.5);
  g.lineTo(x - r * 0.45, y + r * 0.05);
  g.lineTo(x, y - r * 0.85);
  g.lineTo(x + r * 0.45, y + r * 0.05);
  g.lineTo(x + r, y - r * 0.5);
  g.lineTo(x + r, y + r * 0.75);
  g.closePath();
  g.fill();
};

/** A waste bin. */
export const bin: Glyph = (g, x, y, r) => {
  line(g, x - r, y - r * 0.6, x + r, y - r * 0.6);
  line(g, x - r * 0.3, y - r * 0.6, x - r * 0.3, y - r, x + r * 0.3, y - r, x + r * 0.3, y - r * 0.6);
  line(g, x - r * 0.75, y - r * 0.6, x - r * 0.6, y + r, x + r * 0.6, y + r, x + r * 0.75, y - r * 0.6);
};

/** A ring that empties clockwise; `left` is what remains, 0 to 1. */
export function ring(g: Pen, x: number, y: number, r: number, left: number): void {
  g.beginPath();
  g.arc(x, y, r, -Math.PI / 2, -Math.PI / 2 + Math.PI * 2 * Math.min(Math.max(left, 0), 1));
  g.stroke();
}
