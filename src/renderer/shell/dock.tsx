// A place at the edge of the bench where panels open; it remembers its size.
import { observer } from 'mobx-react-lite';
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import type { PanelDescriptor } from '../panels/panel.ts';
import { panels } from '../panels/registry.ts';
import { useWords } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';
import type { PanelPlace } from '../stores/view/view-store.ts';
import { IconButton } from '../widgets/button.tsx';

const limits: Readonly<Record<PanelPlace, readonly [least: number, most: number]>> = {
  left: [200, 480],
  right: [280, 680],
  bottom: [140, 620],
};

export const Dock = observer(function Dock({ place }: { readonly place: PanelPlace }): ReactElement | null {
  const { view } = useStores();
  const shown = panels.filter((panel) => panel.place === place && view.open.has(panel.name));
  if (shown.length === 0) return null;
  const size = view.sizes[place];
  return (
    <div className={`dock is-${place}`} style={place === 'bottom' ? { height: `min(${size}px, 46vh)` } : { width: `min(${size}px, 40vw)` }}>
      <Sash place={place} size={size} title={shown[0]!} />
      {shown.map((panel) => (
        <Panel key={panel.name} panel={panel} />
      ))}
    </div>
  );
});

const Panel = observer(function Panel({ panel }: { readonly panel: PanelDescriptor }): ReactElement {
  const t = useWords();
  const { view } = useStores();
  const Body = panel.component;
  return (
    <section className="panel" aria-label={t(panel.title)} data-panel={panel.name}>
      <header className="panel-head">
        <h2>{t(panel.title)}</h2>
        <IconButton
          icon="close"
          label={t('app.close')}
          onClick={() => (panel.name === 'inspector' ? view.select(undefined) : view.close(panel.name))}
        />
      </header>
      <div className="panel-body">
        <Body />
      </div>
    </section>
  );
});

/** The edge that is dragged, or moved with the arrow keys, to resize a dock. */
function Sash({
  place,
  size,
  title,
}: {
  readonly place: PanelPlace;
  readonly size: number;
  readonly title: PanelDescriptor;
}): ReactElement {
  const t = useWords();
  const { view } = useStores();
  const start = useRef<{ at: number; size: number } | undefined>(undefined);
  const [least, most] = limits[place];
  const along = (event: PointerEvent): number => (place === 'bottom' ? -event.clientY : place === 'left' ? event.clientX : -event.clientX);
  const set = (next: number): void => view.resize(place, Math.min(most, Math.max(least, next)));
  const key = (event: KeyboardEvent): void => {
    const grow = place === 'bottom' ? 'ArrowUp' : place === 'left' ? 'ArrowRight' : 'ArrowLeft';
    const shrink = place === 'bottom' ? 'ArrowDown' : place === 'left' ? 'ArrowLeft' : 'ArrowRight';
    if (event.key === grow) set(size + 20);
    else if (event.key === shrink) set(size - 20);
  };
  return (
    <div
      className={`sash is-${place}`}
      role="separator"
      tabIndex={0}
      aria-label={t('app.resize', { panel: t(title.title) })}
      aria-orientation={place === 'bottom' ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      onKeyDown={key}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), size };
      }}
      onPointerMove={(event) => start.current && set(start.current.size + along(event) - start.current.at)}
      onPointerUp={() => (start.current = undefined)}
    />
  );
}
