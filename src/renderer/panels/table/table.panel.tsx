// The twin of the bench: machines and pods by name, every row with a menu that does what the hand does. Works by keyboard alone.
import { useVirtualizer } from '@tanstack/react-virtual';
import { observer } from 'mobx-react-lite';
import { useRef, useState, type ReactElement } from 'react';
import { coresText, machineSentence, memoryText } from '../../locales/state-words.ts';
import { useWords } from '../../locales/words.ts';
import type { PodEntry } from '../../stores/cluster/cluster-store.ts';
import { useStores } from '../../stores/stores.ts';
import { ActionsButton } from '../../widgets/actions-button.tsx';
import { Long } from '../../widgets/long.tsx';
import { LookMark } from '../../widgets/look-mark.tsx';
import type { PanelDescriptor } from '../panel.ts';
import './table.css';

const rowHeight = 34;

const Twin = observer(function Twin(): ReactElement {
  const t = useWords();
  const [text, setText] = useState('');
  return (
    <div className="twin">
      <div className="twin-tools">
        <input
          className="field"
          type="search"
          aria-label={t('table.filter')}
          placeholder={t('table.filter')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="twin-body">
        <Machines text={text.trim().toLowerCase()} />
        <Pods text={text.trim().toLowerCase()} />
      </div>
    </div>
  );
});

const Machines = observer(function Machines({ text }: { readonly text: string }): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const rows = cluster.machines.filter((row) => text === '' || row.name.toLowerCase().includes(text));
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    initialRect: { width: 600, height: 260 },
  });
  return (
    <section className="twin-part">
      <div className="grid-table" role="table" aria-label={t('table.machines')} aria-rowcount={rows.length + 1}>
        <div className="grid-row is-head machines-grid" role="row">
          <span role="columnheader">{t('table.machines')}</span>
          <span role="columnheader">{t('table.state')}</span>
          <span role="columnheader">{t('table.podsOn')}</span>
          <span role="columnheader">{t('table.cpu')}</span>
          <span role="columnheader">{t('table.memory')}</span>
          <span role="columnheader" className="for-ear">
            {t('table.actions')}
          </span>
        </div>
        <div className="grid-body" ref={scroller} role="rowgroup">
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index]!;
              return (
                <div
                  key={row.name}
                  className="grid-row machines-grid"
                  role="row"
                  aria-rowindex={item.index + 2}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <span role="cell">
                    <button type="button" className="row-name" onClick={() => view.select({ kind: 'machine', key: row.name })}>
                      {row.name}
                    </button>
                  </span>
                  <span role="cell">{machineSentence(row, t)}</span>
                  <span role="cell" className="is-mono">
                    {row.bars.pods}
                  </span>
                  <span role="cell" className="is-mono">
                    {coresText(row.bars.cpuRequested)}/{coresText(row.bars.cpuAllocatable)}
                  </span>
                  <span role="cell" className="is-mono">
                    {memoryText(row.bars.memoryRequested)}/{memoryText(row.bars.memoryAllocatable)}
                  </span>
                  <span role="cell">
                    <ActionsButton thing={{ kind: 'machine', row }} />
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </section>
  );
});

function matches(entry: PodEntry, text: string, namespace: string): boolean {
  if (namespace !== '' && entry.row.namespace !== namespace) return false;
  return text === '' || `${entry.row.namespace}/${entry.row.name} ${entry.state.status}`.toLowerCase().includes(text);
}

const Pods = observer(function Pods({ text }: { readonly text: string }): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const rows = cluster.pods.filter((entry) => matches(entry, text, view.namespace));
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    initialRect: { width: 600, height: 260 },
  });
  return (
    <section className="twin-part">
      <div className="grid-table" role="table" aria-label={t('table.pods')} aria-rowcount={rows.length + 1}>
        <div className="grid-row is-head pods-grid" role="row">
          <span role="columnheader">{t('table.pods')}</span>
          <span role="columnheader">{t('table.state')}</span>
          <span role="columnheader">{t('table.ready')}</span>
          <span role="columnheader">{t('table.restarts')}</span>
          <span role="columnheader">{t('table.machine')}</span>
          <span role="columnheader" className="for-ear">
            {t('table.actions')}
          </span>
        </div>
        <div className="grid-body" ref={scroller} role="rowgroup">
          {rows.length === 0 && <p className="empty">{t('table.empty')}</p>}
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
            {virtual.getVirtualItems().map((item) => (
              <PodLine key={rows[item.index]!.row.uid} entry={rows[item.index]!} index={item.index} top={item.start} />
            ))}
          </div>
        </div>
      </div>
    </section>
  );
});

const PodLine = observer(function PodLine({
  entry,
  index,
  top,
}: {
  readonly entry: PodEntry;
  readonly index: number;
  readonly top: number;
}): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const { row, state } = entry;
  const look = cluster.lookOf(entry);
  const key = `${row.namespace}/${row.name}`;
  return (
    <div className="grid-row pods-grid" role="row" aria-rowindex={index + 2} style={{ transform: `translateY(${top}px)` }}>
      <span role="cell">
        <button type="button" className="row-name" title={key} onClick={() => view.select({ kind: 'pod', key })} aria-label={row.name}>
          <Long text={row.name} length={30} />
        </button>
      </span>
      <span role="cell" title={state.message}>
        <LookMark look={look} /> {state.status} <small className="muted">{t(`look.${look}`)}</small>
      </span>
      <span role="cell" className="is-mono">
        {state.readyContainers}/{state.containers}
      </span>
      <span role="cell" className="is-mono">
        {state.restarts}
      </span>
      <span role="cell">{cluster.machineAt(row.machine)?.name ?? t('table.waiting')}</span>
      <span role="cell">
        <ActionsButton thing={{ kind: 'pod', entry }} />
      </span>
    </div>
  );
});

export const panel: PanelDescriptor = {
  name: 'table',
  explain: 'Machines and pods by name; everything the hand can do, by keyboard.',
  title: 'panel.table',
  place: 'bottom',
  icon: 'table',
  hotkey: 't',
  order: 20,
  component: Twin,
};
