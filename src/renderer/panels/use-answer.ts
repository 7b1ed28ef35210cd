// A question to the host as a component wants it: asked again when its key or the beat changes, the last answer kept meanwhile.
import { useEffect, useState } from 'react';
import type { QueryAnswers } from '@/contract/commands/answers.ts';
import type { QueryName, QueryParameters } from '@/contract/commands/commands.ts';
import { useStores } from '../stores/stores.ts';

export interface Answer<T> {
  readonly value: T | undefined;
  readonly failure: string;
  readonly isWaiting: boolean;
}

/** Asks `name` with `parameters` (undefined: nothing to ask). `everyMilliseconds` asks again and again while the component is there. */
export function useAnswer<N extends QueryName>(
  name: N,
  parameters: QueryParameters<N> | undefined,
  everyMilliseconds = 0,
): Answer<QueryAnswers[N]> {
  const { host } = useStores();
  const key = parameters === undefined ? '' : JSON.stringify(parameters);
  const [answer, setAnswer] = useState<{ key: string; value?: QueryAnswers[N]; failure: string }>({ key: '', failure: '' });
  useEffect(() => {
    if (key === '') return undefined;
    let isGone = false;
    let timer: number | undefined;
    const ask = (): void => {
      host.query(name, JSON.parse(key) as QueryParameters<N>).then(
        (value) => settle({ key, value, failure: '' }),
        (error: unknown) => settle({ key, failure: error instanceof Error ? error.message : String(error) }),
      );
    };
    const settle = (next: { key: string; value?: QueryAnswers[N]; failure: string }): void => {
      if (isGone) return;
      setAnswer(next);
      if (everyMilliseconds > 0) timer = window.setTimeout(ask, everyMilliseconds);
    };
    ask();
    return () => {
      isGone = true;
      window.clearTimeout(timer);
    };
  }, [host, name, key, everyMilliseconds]);
  if (answer.key !== key) return { value: undefined, failure: '', isWaiting: key !== '' };
  return { value: answer.value, failure: answer.failure, isWaiting: false };
}
