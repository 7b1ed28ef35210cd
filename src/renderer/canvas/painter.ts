// A pencil for the bottom canvas: world to screen, colours of the theme, text that never gets smaller than can be read.
import { fonts, type Colours } from '../theme/tokens.ts';
import type { Words } from '../locales/words.ts';
import type { Camera } from '../stores/view/view-store.ts';
import type { Rect } from './geometry.ts';

export interface TextStyle {
  readonly size?: number;
  readonly weight?: number;
  readonly isMono?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'center' | 'right';
  /** Cut at the end with an ellipsis beyond this many pixels. */
  readonly width?: number;
}

export interface PainterState {
  readonly camera: Camera;
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  readonly words: Words;
  /** Wall clock in ms and virtual now in µs. */
  readonly wall: number;
  readonly now: number;
  /** `hand` paints only what is held, above all else. */
  readonly pass: 'bench' | 'hand';
}

const widths = new Map<string, number>();
const widthsLimit = 5000;

export class Painter {
  constructor(
    readonly g: CanvasRenderingContext2D,
    readonly state: PainterState,
  ) {}

  get zoom(): number {
    return this.state.camera.zoom;
  }

  get colours(): Colours {
    return this.state.colours;
  }

  /** World to screen, on whole pixels so that edges are crisp. */
  rect(world: Rect): Rect {
    const { zoom, pan } = this.state.camera;
    const x = Math.round(world.x * zoom + pan.x);
    const y = Math.round(world.y * zoom + pan.y);
    return { x, y, w: Math.round((world.x + world.w) * zoom + pan.x) - x, h: Math.round((world.y + world.h) * zoom + pan.y) - y };
  }

  x(world: number): number {
    return world * this.zoom + this.state.camera.pan.x;
  }

  y(world: number): number {
    return world * this.zoom + this.state.camera.pan.y;
  }

  isSeen(screen: Rect): boolean {
    return screen.x < this.state.width && screen.y < this.state.height && screen.x + screen.w > 0 && screen.y + screen.h > 0;
  }

  /** Begins the path of a rectangle with round corners; `notch` cuts the upper right one off. */
  round(r: Rect, radius: number, notch = 0): void {
    const { g } = this;
    const k = Math.min(radius, r.w / 2, r.h / 2);
    g.beginPath();
    if (notch === 0) {
      g.roundRect(r.x, r.y, r.w, r.h, Math.max(k, 0));
      return;
    }
    const n = Math.min(notch, r.w / 2, r.h / 2);
    g.moveTo(r.x + k, r.y);
    g.lineTo(r.x + r.w - n, r.y);
    g.lineTo(r.x + r.w, r.y + n);
    g.lineTo(r.x + r.w, r.y + r.h - k);
    g.arcTo(r.x + r.w, r.y + r.h, r.x + r.w - k, r.y + r.h, k);
    g.lineTo(r.x + k, r.y + r.h);
    g.arcTo(r.x, r.y + r.h, r.x, r.y + r.h - k, k);
    g.lineTo(r.x, r.y + k);
    g.arcTo(r.x, r.y, r.x + k, r.y, k);
    g.closePath();
  }

  fill(colour: string): void {
    this.g.fillStyle = colour;
    this.g.fill();
  }

  stroke(colour: string, width = 1, dash: readonly number[] = []): void {
    const { g } = this;
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.setLineDash([...dash]);
    g.stroke();
    if (dash.length > 0) g.setLineDash([]);
  }

  /** Writes one line; `y` is its middle. Returns the width written. */
  text(text: string, x: number, y: number, style: TextStyle = {}): number {
    const { g } = this;
    const font = this.font(style);
    g.font = font;
    g.textBaseline = 'middle';
    g.textAlign = style.align ?? 'left';
    g.fillStyle = style.colour ?? this.colours.text;
    const shown = style.width === undefined ? text : this.cut(text, style.width, font);
    if (shown !== '') g.fillText(shown, x, y + 0.5);
    return this.measure(shown, font);
  }

  width(text: string, style: TextStyle = {}): number {
    return this.measure(text, this.font(style));
  }

  private font(style: TextStyle): string {
    return `${style.weight ?? 400} ${style.size ?? 12}px ${style.isMono ? fonts.mono : fonts.text}`;
  }

  private measure(text: string, font: string): number {
    const key = `${font}|${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    this.g.font = font;
    const width = this.g.measureText(text).width;
    if (widths.size > widthsLimit) widths.clear();
    widths.set(key, width);
    return width;
  }

  private cut(text: string, width: number, font: string): string {
    if (this.measure(text, font) <= width) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.measure(`${text.slice(0, middle)}…`, font) <= width) low = middle;
      else high = middle - 1;
    }
    return low === 0 ? '' : `${text.slice(0, low)}…`;
  }
}

/** Forgets measured widths: after the fonts have come in. */
export function forgetWidths(): void {
  widths.clear();
}

const mixed = new Map<string, string>();

/** A colour of the theme (`#rrggbb`) with an opacity. */
export function faded(colour: string, opacity: number): string {
  const key = `${colour}${opacity}`;
  let known = mixed.get(key);
  if (known === undefined) {
    const n = Number.parseInt(colour.slice(1), 16);
    known = colour.startsWith('#') ? `rgba(${n >> 16}, ${(n >> 8) & 255}, ${n & 255}, ${opacity})` : colour;
    mixed.set(key, known);
  }
  return known;
}
