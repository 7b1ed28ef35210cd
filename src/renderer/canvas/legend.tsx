// What the shapes mean: each look drawn by the same pen as on the bench.
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { podLooks, type PodLook } from '@/contract/feed/feed.ts';
import { useWords, words } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';
import { lookColour, themes } from '../theme/tokens.ts';
import { IconButton } from '../widgets/button.tsx';
import { lookGlyphs } from './glyphs.ts';
import { faded, Painter } from './painter.ts';

export function Legend(): ReactElement {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="legend" label={t('bench.legend')} isPressed={isOpen} onClick={() => setOpen(!isOpen)} />
      {isOpen && (
        <div className="legend" role="region" aria-label={t('bench.legend')}>
          {podLooks.map((look) => (
            <div key={look} className="legend-row">
              <Swatch look={look} />
              <span>{t(`look.${look}`)}</span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

const swatch = { w: 34, h: 18 } as const;

function Swatch({ look }: { readonly look: PodLook }): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { view } = useStores();
  const { theme } = view;
  useEffect(() => {
    const g = canvas.current?.getContext('2d');
    if (!g) return;
    const ratio = window.devicePixelRatio || 1;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, swatch.w, swatch.h);
    const colours = themes[theme];
    const colour = colours[lookColour[look]];
    const camera = { zoom: 1, pan: { x: 0, y: 0 } };
    const painter = new Painter(g, { camera, width: swatch.w, height: swatch.h, colours, words, wall: 0, now: 0, pass: 'bench' });
    painter.round({ x: 0.5, y: 0.5, w: swatch.w - 1, h: swatch.h - 1 }, 3, look === 'failed' ? 7 : 0);
    if (look === 'ready' || look === 'failed') painter.fill(faded(colour, 0.26));
    painter.stroke(colour, 1.25, look === 'ghost' ? [1.5, 2.5] : look === 'pending' ? [4, 2] : []);
    g.strokeStyle = g.fillStyle = colour;
    if (look === 'ready') g.fillRect(0, 3, 3, swatch.h - 6);
    if (look === 'starting') {
      g.globalAlpha = 0.3;
      g.fillRect(0, 0, 14, swatch.h);
      g.globalAlpha = 1;
    }
    g.lineWidth = 1.4;
    lookGlyphs[look]?.(g, swatch.w / 2, swatch.h / 2, 4.5);
  }, [look, theme]);
  const ratio = typeof window === 'undefined' ? 1 : window.devicePixelRatio || 1;
  return (
    <canvas
      ref={canvas}
      width={swatch.w * ratio}
      height={swatch.h * ratio}
      style={{ width: swatch.w, height: swatch.h }}
      aria-hidden="true"
    />
  );
}
