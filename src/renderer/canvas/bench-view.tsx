// The bench as a component: two stacked canvases, the anchors over them, and what floats above.
import { observer } from 'mobx-react-lite';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';
import { useWords } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';
import { ActionsMenu } from '../widgets/actions-menu.tsx';
import { IconButton } from '../widgets/button.tsx';
import { Bench } from './bench.ts';
import { BenchUi } from './bench-ui.ts';
import { Legend } from './legend.tsx';
import './bench.css';

/** What others may ask of the bench: search brings things into sight. */
export interface BenchHandle {
  show(subject: string): void;
}

export const BenchView = observer(function BenchView({ handle }: { readonly handle: RefObject<BenchHandle | null> }): ReactElement {
  const t = useWords();
  const stores = useStores();
  const [ui] = useState(() => new BenchUi());
  const root = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const graph = useRef<HTMLDivElement>(null);
  const anchors = useRef<HTMLDivElement>(null);
  const bench = useRef<Bench | null>(null);
  useEffect(() => {
    const overlay = anchors.current;
    if (!root.current || !canvas.current || !graph.current || !overlay) return undefined;
    const made = new Bench(stores, { root: root.current, canvas: canvas.current, graph: graph.current, anchors: overlay }, ui);
    bench.current = made;
    handle.current = { show: (subject) => made.show(subject) };
    return () => {
      bench.current = null;
      handle.current = null;
      overlay.replaceChildren();
      made.destroy();
    };
  }, [stores, ui, handle]);
  return (
    <div className="bench-frame">
      <div className="bench" ref={root} role="application" aria-label={t('bench.label')} aria-describedby="bench-about" tabIndex={0}>
        <canvas ref={canvas} aria-hidden="true" />
        <div className="bench-graph" ref={graph} aria-hidden="true" />
        <div className="bench-anchors" ref={anchors} />
      </div>
      <p id="bench-about" className="for-ear">
        {t('bench.describe')}
      </p>
      <div className="bench-tools">
        <IconButton icon="plus" label={t('bench.zoomIn')} onClick={() => bench.current?.zoomBy(1.25)} />
        <IconButton icon="minus" label={t('bench.zoomOut')} onClick={() => bench.current?.zoomBy(0.8)} />
        <IconButton icon="fit" label={t('bench.fit')} onClick={() => bench.current?.fit()} />
        <Legend />
      </div>
      <HeldWords ui={ui} />
      <TipBox ui={ui} />
      <BenchMenu ui={ui} />
    </div>
  );
});

const HeldWords = observer(function HeldWords({ ui }: { readonly ui: BenchUi }): ReactElement | null {
  if (!ui.held) return null;
  const { at, text, isValid } = ui.held;
  const isRight = at.x > ui.size.w - 400;
  const isLow = at.y > ui.size.h - 130;
  const style = {
    left: isRight ? at.x - 20 : at.x + 22,
    top: isLow ? at.y - 14 : at.y + 18,
    transform: `${isRight ? 'translateX(-100%)' : ''} ${isLow ? 'translateY(-100%)' : ''}`.trim() || undefined,
  };
  return (
    <div className={isValid ? 'held-words is-valid' : 'held-words'} style={style} role="status">
      {text}
    </div>
  );
});

const TipBox = observer(function TipBox({ ui }: { readonly ui: BenchUi }): ReactElement | null {
  if (!ui.tip) return null;
  const { at, tip } = ui.tip;
  const isRight = at.x > ui.size.w - 400;
  const isLow = at.y > ui.size.h / 2;
  const transform = `${isRight ? 'translateX(-100%)' : ''} ${isLow ? 'translateY(-100%)' : ''}`.trim();
  return (
    <div
      className="tip"
      style={{ left: isRight ? at.x - 14 : at.x + 16, top: isLow ? at.y - 14 : at.y + 20, transform: transform || undefined }}
      aria-hidden="true"
    >
      <strong>{tip.title}</strong>
      {tip.lines.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
});

const BenchMenu = observer(function BenchMenu({ ui }: { readonly ui: BenchUi }): ReactElement | null {
  if (!ui.menu) return null;
  return <ActionsMenu thing={ui.menu.thing} at={ui.menu.at} onClose={() => ui.setMenu(undefined)} />;
});
