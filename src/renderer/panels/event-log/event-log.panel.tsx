// The event log: every occurrence in order; filter, copy, and each line's why-chain back to the input that began it.
import { useVirtualizer } from '@tanstack/react-virtual';
import { observer } from 'mobx-react-lite';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { clockWords, reasonWords, useWords } from '../../locales/words.ts';
import { occurrenceKinds, type Occurrence } from '../../stores/cluster/logbook.ts';
import { useStores } from '../../stores/stores.ts';
import { IconButton } from '../../widgets/button.tsx';
import { Icon } from '../../widgets/icon.tsx';
import type { PanelDescriptor } from '../panel.ts';
import { chainText, lineText } from './line-text.ts';
import { LogView } from './log-view.ts';
import './event-log.css';

const lineHeight = 26;

const EventLog = observer(function EventLog(): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const { logbook } = cluster;
  const [logView] = useState(() => new LogView());
  const hidden = view.hiddenKinds;
  const filter = useMemo(
    () => ({ hiddenKinds: new Set(hidden), text: view.logText.trim().toLowerCase(), subject: view.logSubject }),
    [hidden, view.logText, view.logSubject],
  );
  const lines = logView.update(logbook, filter);
  const [openLine, setOpenLine] = useState(0);
  return (
    <div className="event-log">
      <LogTools lines={lines} />
      {lines.length === 0 ? (
        <p className="empty">{logbook.all.length === 0 ? t('log.empty') : t('log.noMatch', { count: logbook.all.length })}</p>
      ) : (
        <LogLines lines={lines} openLine={openLine} setOpenLine={setOpenLine} />
      )}
    </div>
  );
});

const LogTools = observer(function LogTools({ lines }: { readonly lines: readonly Occurrence[] }): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const { folded } = cluster.logbook;
  return (
    <div className="log-tools">
      <input
        className="field log-filter"
        type="search"
        aria-label={t('log.filter')}
        placeholder={t('log.filterHint')}
        value={view.logText}
        onChange={(event) => view.setLogText(event.target.value)}
      />
      <div className="kinds" role="group" aria-label={t('log.kinds')}>
        {occurrenceKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            className="kind-toggle"
            data-kind={kind}
            aria-pressed={!view.hiddenKinds.includes(kind)}
            onClick={() => view.toggleKind(kind)}
          >
            {t(`kind.${kind}`)}
          </button>
        ))}
      </div>
      {view.logSubject !== '' && (
        <button type="button" className="button is-quiet" onClick={() => view.setLogSubject('')}>
          {t('log.about', { subject: view.logSubject })} · {t('log.clear')}
        </button>
      )}
      <span className="log-count">
        {t('log.lines', { count: lines.length })}
        {folded > 0 && ` · ${t('log.folded', { count: folded })}`}
      </span>
      <IconButton
        icon="copy"
        label={t('log.copyAll')}
        onClick={() => void navigator.clipboard?.writeText(lines.map(lineText).join('\n'))}
      />
    </div>
  );
});

interface LogLinesProps {
  readonly lines: readonly Occurrence[];
  readonly openLine: number;
  readonly setOpenLine: (id: number) => void;
}

function LogLines({ lines, openLine, setOpenLine }: LogLinesProps): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const scroller = useRef<HTMLDivElement>(null);
  const isFollowing = useRef(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => lines[index]!.id,
    overscan: 8,
    initialRect: { width: 800, height: 260 },
  });
  useEffect(() => {
    if (isFollowing.current && openLine === 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [lines.length, virtual, openLine]);
  const light = (line: Occurrence): void => view.light([...cluster.logbook.chain(line.id)].reverse().map((link) => link.subjects));
  const onScroll = (): void => {
    const box = scroller.current;
    if (box) isFollowing.current = box.scrollTop + box.clientHeight > box.scrollHeight - 2 * lineHeight;
  };
  return (
    <div
      className="log-lines"
      ref={scroller}
      onScroll={onScroll}
      onMouseLeave={() => view.light([])}
      role="log"
      aria-label={t('log.label')}
      aria-live="off"
      tabIndex={0}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]!;
          return (
            <div
              key={item.key}
              data-index={item.index}
              ref={virtual.measureElement}
              className="log-item"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <LogLine
                line={line}
                isOpen={openLine === line.id}
                onToggle={() => setOpenLine(openLine === line.id ? 0 : line.id)}
                onHover={() => light(line)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface LogLineProps {
  readonly line: Occurrence;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onHover: () => void;
}

function LogLine({ line, isOpen, onToggle, onHover }: LogLineProps): ReactElement {
  const t = useWords();
  return (
    <>
      <button
        type="button"
        className="log-line"
        data-kind={line.kind}
        data-reason={line.reason}
        aria-expanded={isOpen}
        onClick={onToggle}
        onMouseEnter={onHover}
        onFocus={onHover}
      >
        <Icon name={isOpen ? 'down' : 'right'} />
        <time>{clockWords(line.time)}</time>
        <span className="log-kind">{t(`kind.${line.kind}`)}</span>
        <strong>{line.reason}</strong>
        <span className="log-message">
          <Gloss reason={line.reason} />
          {line.message}
        </span>
        <span className="log-actor">{line.actor}</span>
      </button>
      {isOpen && <WhyChain key={line.id} line={line} />}
    </>
  );
}

/** What the reason means, where the language needs it said. */
function Gloss({ reason }: { readonly reason: string }): ReactElement | null {
  const text = reasonWords(reason);
  return text === '' ? null : <span className="log-gloss">{text}</span>;
}

/** The chain of `line`, from the host when it knows more than the window has kept. */
function WhyChain({ line }: { readonly line: Occurrence }): ReactElement {
  const t = useWords();
  const { cluster, view, host } = useStores();
  const [known] = useState<readonly Occurrence[]>(() => cluster.logbook.chain(line.id));
  const [whole, setWhole] = useState<readonly Occurrence[]>();
  const isWhole = known[known.length - 1]?.cause === 0;
  const chain = whole ?? known;
  useEffect(() => {
    if (isWhole) return undefined;
    let isGone = false;
    host.query('chain', { id: line.id }).then(
      (answer) => !isGone && setWhole(answer),
      () => undefined,
    );
    return () => {
      isGone = true;
    };
  }, [line.id, isWhole, host]);
  return (
    <div className="why" onMouseEnter={() => view.light([...chain].reverse().map((link) => link.subjects))}>
      <div className="why-head">
        <h3>{t('log.why')}</h3>
        <IconButton icon="copy" label={t('log.copyLine')} onClick={() => void navigator.clipboard?.writeText(chainText(chain))} />
      </div>
      <ol>
        {chain.map((link) => (
          <li key={link.id} data-reason={link.reason} data-kind={link.kind}>
            <time>{clockWords(link.time)}</time>
            <strong>{link.reason}</strong>
            <span className="log-message">
              <Gloss reason={link.reason} />
              {link.message}
            </span>
            <span className="log-actor">{link.actor}</span>
          </li>
        ))}
        {chain[chain.length - 1]?.cause === 0 && <li className="why-end">{t('log.beginning')}</li>}
      </ol>
    </div>
  );
}

export const panel: PanelDescriptor = {
  name: 'event-log',
  explain: 'Everything that happened, in order, each line with its causes.',
  title: 'panel.eventLog',
  place: 'bottom',
  icon: 'eventLog',
  hotkey: 'e',
  order: 40,
  component: EventLog,
};
