// The ruler of time: what just happened as ticks at the left of now, what is due as flags at the right.
import { useEffect, useRef, type ReactElement } from 'react';
import type { OccurrenceKind } from '../stores/cluster/logbook.ts';
import { useWords } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';
import { themes, type Colours } from '../theme/tokens.ts';

const pastMicros = 60e6;
const futureMicros = 360e6;
const nowShare = 0.42;

const kindColour: Readonly<Partial<Record<OccurrenceKind, keyof Colours>>> = {
  fault: 'failed',
  refusal: 'failed',
  input: 'text',
  controller: 'done',
  scheduling: 'ghost',
};

/** Where a moment is on a ruler of `width` pixels: the past linear, the future by its logarithm so that near things have room. */
export function rulerX(micros: number, now: number, width: number): number {
  const from = width * nowShare;
  if (micros <= now) return from - ((now - micros) / pastMicros) * from;
  return from + (Math.log1p((micros - now) / 1e6) / Math.log1p(futureMicros / 1e6)) * (width - from - 8);
}

export function Ruler(): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    let lastPaint = 0;
    const paint = (): void => {
      const wall = performance.now();
      if (wall - lastPaint < 60) return;
      lastPaint = wall;
      const g = element.getContext('2d');
      const width = element.clientWidth;
      const height = element.clientHeight;
      if (!g || width === 0) return;
      const ratio = window.devicePixelRatio || 1;
      if (element.width !== Math.round(width * ratio)) element.width = Math.round(width * ratio);
      if (element.height !== Math.round(height * ratio)) element.height = Math.round(height * ratio);
      g.setTransform(ratio, 0, 0, ratio, 0, 0);
      paintRuler(g, { width, height, colours: themes[view.theme], cluster });
    };
    paint();
    return cluster.subscribe(paint);
  }, [cluster, view]);
  return <canvas className="ruler" ref={canvas} role="img" aria-label={t('transport.ruler')} />;
}

interface RulerView {
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  readonly cluster: ReturnType<typeof useStores>['cluster'];
}

function paintRuler(g: CanvasRenderingContext2D, { width, height, colours, cluster }: RulerView): void {
  const now = cluster.clock.time;
  g.clearRect(0, 0, width, height);
  const base = height - 10;
  g.fillStyle = colours.seat;
  g.fillRect(0, base, width, 1);
  const { all } = cluster.logbook;
  const columns = new Map<number, { count: number; colour: keyof Colours }>();
  for (let i = all.length - 1; i >= 0; i--) {
    const line = all[i]!;
    if (now - line.time > pastMicros) break;
    if (line.kind === 'heartbeat') continue;
    const x = Math.round(rulerX(line.time, now, width) / 2) * 2;
    const known = columns.get(x);
    const colour = kindColour[line.kind] ?? 'muted';
    columns.set(x, { count: (known?.count ?? 0) + 1, colour: known && known.colour !== 'muted' ? known.colour : colour });
  }
  for (const [x, { count, colour }] of columns) {
    const tall = Math.min(base - 4, 4 + Math.log2(1 + count) * 5);
    g.fillStyle = colours[colour];
    g.fillRect(x, base - tall, 1.5, tall);
  }
  const middle = Math.round(width * nowShare);
  g.fillStyle = colours.text;
  g.fillRect(middle, 4, 1.5, base + 2);
  for (const deadline of cluster.deadlines) {
    if (deadline.due <= now || deadline.due - now > futureMicros) continue;
    const x = rulerX(deadline.due, now, width);
    const isQuiet = deadline.kind === 'lease' || deadline.kind === 'probe';
    g.fillStyle = isQuiet ? colours.seat : colours.starting;
    g.fillRect(x, isQuiet ? base - 6 : 8, 1, isQuiet ? 6 : base - 8);
    if (isQuiet) continue;
    g.beginPath();
    g.moveTo(x, 8);
    g.lineTo(x + 7, 11);
    g.lineTo(x, 14);
    g.fill();
  }
}
