// The summary of an object that the feed does not mirror: asked for when it is opened.
import type { ReactElement } from 'react';
import { useWords } from '../../locales/words.ts';
import type { Selection } from '../../stores/view/view-store.ts';
import { Facts } from '../../widgets/facts.tsx';
import { useAnswer } from '../use-answer.ts';
import { targetOf } from './target.ts';

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

export function ObjectSummary({ selection }: { readonly selection: Selection }): ReactElement {
  const t = useWords();
  const target = targetOf(selection);
  const answer = useAnswer(
    'object',
    target && { group: target.group, version: target.version, resource: target.resource, namespace: target.namespace, name: target.name },
  );
  if (answer.isWaiting) return <p className="empty">{t('app.loading')}</p>;
  if (!answer.value) return <p className="empty">{answer.failure || t('inspector.gone', { name: target?.name ?? '' })}</p>;
  const metadata = (answer.value['metadata'] ?? {}) as Readonly<Record<string, unknown>>;
  return (
    <Facts
      rows={[
        [t('inspector.type'), textOf(answer.value['kind'])],
        [t('app.namespace'), textOf(metadata['namespace'])],
        [t('inspector.age'), textOf(metadata['creationTimestamp'])],
        [t('pod.labels'), textOf(metadata['labels'])],
      ]}
    />
  );
}
