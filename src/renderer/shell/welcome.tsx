// The empty bench teaches: three sample apps, a file to drop, the kubectl line, and what a hand can do.
import { observer } from 'mobx-react-lite';
import { useState, type ReactElement } from 'react';
import { useWords, wordsOr } from '../locales/words.ts';
import { applyManifest } from '../panels/apply/apply-manifest.ts';
import { useStores } from '../stores/stores.ts';
import { Button, IconButton } from '../widgets/button.tsx';

const sampleLimit = 3;

export const Welcome = observer(function Welcome(): ReactElement | null {
  const t = useWords();
  const stores = useStores();
  const { cluster, view } = stores;
  const [isBusy, setBusy] = useState(false);
  const { hello } = cluster;
  if (view.isWelcomeClosed || !hello || cluster.machines.length === 0 || view.open.has('event-log') || view.open.has('table')) return null;
  const apply = async (manifest: string, title: string): Promise<void> => {
    setBusy(true);
    const answer = await applyManifest(stores, manifest);
    setBusy(false);
    view.say({ text: `${title}: ${answer.text}`, isRefusal: answer.isRefusal });
    if (!answer.isRefusal) view.closeWelcome();
  };
  const samples = hello.catalogue.samples.slice(0, sampleLimit);
  return (
    <section className="welcome" aria-label={t('welcome.label')}>
      <div>
        <h2>{t('welcome.title')}</h2>
        <p>{t('welcome.line3')}</p>
      </div>
      <div>
        <p>{t('welcome.line1')}</p>
        <div className="sample-row">
          {samples.map((sample) => (
            <Button
              key={sample.name}
              isDisabled={isBusy}
              onClick={() => void apply(sample.manifest, wordsOr(`sample.${sample.name}.title`, sample.title))}
            >
              {wordsOr(`sample.${sample.name}.title`, sample.title)}
            </Button>
          ))}
          {samples.length === 0 && <Button onClick={() => view.toggle('apply')}>{t('welcome.noSamples')}</Button>}
        </div>
      </div>
      <div>
        <p>{t('welcome.line2')}</p>
        {hello.kubeconfig !== '' && <code className="kubeconfig">export KUBECONFIG={hello.kubeconfig}</code>}
      </div>
      <IconButton icon="close" label={t('welcome.close')} onClick={() => view.closeWelcome()} />
    </section>
  );
});
