// What a pod's containers wrote.
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { clockWords, useWords } from '../../locales/words.ts';
import type { Selection } from '../../stores/view/view-store.ts';
import { Select } from '../../widgets/select.tsx';
import { useAnswer } from '../use-answer.ts';
import { targetOf } from './target.ts';

const everyMilliseconds = 1000;

function containersOf(pod: Readonly<Record<string, unknown>> | null | undefined): readonly string[] {
  const spec = pod?.['spec'] as
    | { readonly containers?: readonly { readonly name: string }[]; readonly initContainers?: readonly { readonly name: string }[] }
    | undefined;
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].map((container) => container.name);
}

export function LogsTab({ selection }: { readonly selection: Selection }): ReactElement {
  const t = useWords();
  const target = selection.kind === 'pod' ? targetOf(selection) : undefined;
  const pod = useAnswer('object', target && { resource: 'pods', namespace: target.namespace, name: target.name });
  const containers = containersOf(pod.value);
  const [chosen, setChosen] = useState('');
  const [isPrevious, setPrevious] = useState(false);
  const container = containers.includes(chosen) ? chosen : containers[0];
  const logs = useAnswer(
    'logs',
    target && container ? { namespace: target.namespace, pod: target.name, container, previous: isPrevious } : undefined,
    everyMilliseconds,
  );
  const end = useRef<HTMLDivElement>(null);
  const count = logs.value?.length ?? 0;
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'nearest' });
  }, [count]);
  if (pod.failure !== '') return <p className="empty">{pod.failure}</p>;
  if (!target) return <p className="empty">{t('inspector.noLogsFor')}</p>;
  return (
    <div className="logs">
      <div className="logs-tools">
        <Select
          label={t('inspector.container')}
          value={container ?? ''}
          options={containers.map((name) => [name, name] as const)}
          onChange={setChosen}
          isMono
        />
        <label className="check">
          <input type="checkbox" checked={isPrevious} onChange={(event) => setPrevious(event.target.checked)} />
          {t('inspector.previous')}
        </label>
      </div>
      {logs.failure !== '' ? (
        <p className="empty">{logs.failure}</p>
      ) : count === 0 ? (
        <p className="empty">{t('inspector.noLogs')}</p>
      ) : (
        <pre className="logs-lines" tabIndex={0}>
          {logs.value?.map((line, index) => (
            <div key={index} data-stream={line.stream}>
              <time>{clockWords(line.time)}</time> {line.text}
            </div>
          ))}
          <div ref={end} />
        </pre>
      )}
    </div>
  );
}
