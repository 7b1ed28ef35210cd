// Says so when there is no cluster to show: it starts, it cannot be heard, or it stopped itself.
import { observer } from 'mobx-react-lite';
import type { ReactElement } from 'react';
import { clockWords, useWords } from '../locales/words.ts';
import { useStores } from '../stores/stores.ts';

export const LinkNotice = observer(function LinkNotice(): ReactElement | null {
  const t = useWords();
  const { cluster } = useStores();
  const { link, broken } = cluster;
  if (broken) {
    return (
      <p className="link-notice is-broken" role="alert">
        {t('app.broken', { time: clockWords(broken.time), message: broken.message })}
      </p>
    );
  }
  if (link === 'lost') {
    return (
      <p className="link-notice" role="status">
        {t('app.lost')}
      </p>
    );
  }
  if (cluster.machines.length > 0) return null;
  return (
    <div className="starting" role="status">
      <p>{t('app.connecting')}</p>
      <p className="muted">{t('app.connectingMore')}</p>
    </div>
  );
});
