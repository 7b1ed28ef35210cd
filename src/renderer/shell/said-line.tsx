// One line at the foot of the bench after something was done: what, its kubectl equivalent, and Undo.
import { observer } from 'mobx-react-lite';
import { useEffect, type ReactElement } from 'react';
import { useWords } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';
import { Button, IconButton } from '../widgets/button.tsx';

const shownMilliseconds = 9000;

export const SaidLine = observer(function SaidLine(): ReactElement | null {
  const t = useWords();
  const { view } = useStores();
  const { said } = view;
  useEffect(() => {
    if (!said) return undefined;
    const timer = window.setTimeout(() => view.unsay(said.id), shownMilliseconds);
    return () => window.clearTimeout(timer);
  }, [said, view]);
  if (!said) return null;
  return (
    <div className={said.isRefusal ? 'said is-refusal' : 'said'}>
      <p>
        {said.text}
        {said.kubectl && <code>{said.kubectl}</code>}
      </p>
      {said.undo && (
        <Button
          onClick={() => {
            said.undo?.();
            view.unsay(said.id);
          }}
        >
          {t('app.undo')}
        </Button>
      )}
      <IconButton icon="close" label={t('app.close')} onClick={() => view.unsay(said.id)} />
    </div>
  );
});
