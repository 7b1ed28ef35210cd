// The object as YAML, as kubectl get -o yaml shows it, in a read-only editor that is loaded when first needed.
import { Suspense, lazy, type ReactElement } from 'react';
import { useWords } from '../../locales/words.ts';
import type { Selection } from '../../stores/view/view-store.ts';
import { useAnswer } from '../use-answer.ts';
import { targetOf } from './target.ts';

const Editor = lazy(() => import('../../widgets/yaml-view.tsx'));
const everyMilliseconds = 2000;

export function YamlTab({ selection }: { readonly selection: Selection }): ReactElement {
  const t = useWords();
  const target = targetOf(selection);
  const answer = useAnswer(
    'object',
    target && { group: target.group, version: target.version, resource: target.resource, namespace: target.namespace, name: target.name },
    everyMilliseconds,
  );
  if (!target) return <p className="empty">{t('inspector.noYaml')}</p>;
  if (answer.failure !== '') return <p className="empty">{answer.failure}</p>;
  if (!answer.value) return <p className="empty">{t('app.loading')}</p>;
  return (
    <Suspense fallback={<p className="empty">{t('app.loading')}</p>}>
      <Editor object={answer.value} label={t('inspector.yaml')} />
    </Suspense>
  );
}
