// Apply manifest: paste or drop YAML, or take a sample app; what the API server refuses is shown beside it.
import { observer } from 'mobx-react-lite';
import { useState, type ReactElement } from 'react';
import { useWords, wordsOr } from '../../locales/words.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../widgets/button.tsx';
import type { PanelDescriptor } from '../panel.ts';
import { applyManifest } from './apply-manifest.ts';
import './apply.css';

const Apply = observer(function Apply(): ReactElement {
  const t = useWords();
  const stores = useStores();
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<{ readonly text: string; readonly isRefusal: boolean }>();
  const [isBusy, setBusy] = useState(false);
  const apply = async (): Promise<void> => {
    setBusy(true);
    setAnswer(await applyManifest(stores, text));
    setBusy(false);
  };
  const samples = stores.cluster.hello?.catalogue.samples ?? [];
  return (
    <div className="apply-panel">
      {samples.length > 0 && (
        <div className="sample-row" role="group" aria-label={t('apply.samples')}>
          {samples.map((sample) => (
            <button
              key={sample.name}
              type="button"
              className="chip-button"
              title={wordsOr(`sample.${sample.name}.explain`, sample.explain)}
              onClick={() => setText(sample.manifest)}
            >
              {wordsOr(`sample.${sample.name}.title`, sample.title)}
            </button>
          ))}
        </div>
      )}
      <textarea
        aria-label={t('apply.manifest')}
        placeholder={t('apply.hint')}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {answer && (
        <p className={answer.isRefusal ? 'apply-answer is-refusal' : 'apply-answer'} role="status">
          {answer.text}
        </p>
      )}
      <div className="apply-actions">
        <Button kind="quiet" isDisabled={text === ''} onClick={() => setText('')}>
          {t('apply.clear')}
        </Button>
        <Button kind="main" isDisabled={isBusy || text.trim() === ''} onClick={() => void apply()}>
          {t(isBusy ? 'apply.applying' : 'apply.apply')}
        </Button>
      </div>
    </div>
  );
});

export const panel: PanelDescriptor = {
  name: 'apply',
  explain: 'Gives the cluster something to run.',
  title: 'panel.apply',
  place: 'right',
  icon: 'apply',
  hotkey: 'a',
  order: 50,
  component: Apply,
};
