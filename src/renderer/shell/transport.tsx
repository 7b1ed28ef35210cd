// The transport bar: stop and run time, step, skip; one look tells the time, the speed, what is due next and when.
import { observer } from 'mobx-react-lite';
import type { ReactElement } from 'react';
import { clockWords, ruleWords, spanWords, useWords } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';
import { IconButton } from '../widgets/button.tsx';
import { Select } from '../widgets/select.tsx';
import { Ruler } from './ruler.tsx';

const speeds = ['0.1', '0.5', '1', '2', '5', '10', '30', '60', '100', '300', '1000'];

export const Transport = observer(function Transport(): ReactElement {
  const t = useWords();
  const { cluster, host, view } = useStores();
  const { time, speed, isPaused } = cluster.clock;
  const text = String(speed);
  const options = [...new Set([...speeds, ...(speed === 'max' ? [] : [text])])]
    .sort((a, b) => Number(a) - Number(b))
    .map((value) => [value, `×${value}`] as const);
  const send = async (sent: ReturnType<typeof host.send>): Promise<void> => {
    const receipt = await sent;
    if (!receipt.accepted) view.say({ text: t('gesture.refused', { message: receipt.message }), isRefusal: true });
  };
  return (
    <footer className="transport" aria-label={t('transport.label')}>
      <div className="transport-buttons">
        <button
          type="button"
          className={isPaused ? 'icon-button is-play' : 'icon-button'}
          aria-label={t(isPaused ? 'transport.play' : 'transport.pause')}
          title={t(isPaused ? 'transport.play' : 'transport.pause')}
          onClick={() => void send(isPaused ? host.send('resume', {}) : host.send('pause', {}))}
        >
          {isPaused ? <PlaySign /> : <PauseSign />}
        </button>
        <IconButton icon="step" label={t('transport.step')} onClick={() => void send(host.send('step', view.hiddenKinds.includes('heartbeat') ? { past: 'heartbeat' } : {}))} />
        <IconButton icon="skip" label={t('transport.skip')} onClick={() => void send(host.send('skip', {}))} />
        <Select
          label={t('transport.speed')}
          value={text}
          options={[...options, ['max', t('transport.max')]]}
          onChange={(value) => void send(host.send('setSpeed', { speed: value === 'max' ? 'max' : Number(value) }))}
          isMono
        />
      </div>
      <time className={isPaused ? 'clock is-paused' : 'clock'} title={t('transport.behind')} data-time={time}>
        {clockWords(time)}
      </time>
      <NextDeadline />
      <Ruler />
    </footer>
  );
});

const NextDeadline = observer(function NextDeadline(): ReactElement {
  const t = useWords();
  const { cluster, host } = useStores();
  const { time } = cluster.clock;
  const next =
    cluster.deadlines.find((deadline) => deadline.due > time && deadline.kind !== 'lease' && deadline.kind !== 'probe') ??
    cluster.deadlines.find((deadline) => deadline.due > time);
  if (!next) return <p className="next is-none">{t('transport.nothingDue')}</p>;
  return (
    <button type="button" className="next" title={ruleWords(next)} onClick={() => void host.send('skip', { deadline: next.id })}>
      <span className="next-what">
        {t(`deadline.${next.kind}`)} <b>{next.subject.slice(next.subject.lastIndexOf('/') + 1)}</b>
      </span>
      <span className="is-mono">{t('deadline.in', { span: spanWords(next.due - time) })}</span>
    </button>
  );
});

function PlaySign(): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
      <path d="M5 3.2v9.6L13 8z" />
    </svg>
  );
}

function PauseSign(): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
      <path d="M5.5 4v8M10.5 4v8" />
    </svg>
  );
}
