// Kubernetes' own Events about the selected object.
import type { ReactElement } from 'react';
import { useWords } from '../../locales/words.ts';
import type { Selection } from '../../stores/view/view-store.ts';
import { useAnswer } from '../use-answer.ts';
import { targetOf } from './target.ts';

const everyMilliseconds = 1500;

function word(object: Readonly<Record<string, unknown>>, key: string): string {
  const value = object[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** When an Event was last seen: which field says so depends on how it was written. */
function lastSeen(event: Readonly<Record<string, unknown>>): string {
  return word(event, 'lastTimestamp') || word(event, 'eventTime') || word(event, 'firstTimestamp');
}

export function EventsTab({ selection }: { readonly selection: Selection }): ReactElement {
  const t = useWords();
  const target = targetOf(selection);
  const answer = useAnswer('eventsOf', target && { namespace: target.namespace, kind: target.kind, name: target.name }, everyMilliseconds);
  if (answer.isWaiting) return <p className="empty">{t('app.loading')}</p>;
  if (answer.failure !== '') return <p className="empty">{answer.failure}</p>;
  const events = [...(answer.value ?? [])].sort((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1));
  if (events.length === 0) return <p className="empty">{t('inspector.noEvents')}</p>;
  return (
    <ul className="events-list">
      {events.map((event, index) => {
        const count = Number(word(event, 'count')) || 1;
        return (
          <li key={index} data-type={word(event, 'type')}>
            <span>
              <strong>{word(event, 'reason')}</strong>
              <time className="is-mono muted">{lastSeen(event).slice(11, 19)}</time>
              {count > 1 && <span className="chip">×{count}</span>}
            </span>
            <p>{word(event, 'message') || word(event, 'note')}</p>
          </li>
        );
      })}
    </ul>
  );
}
