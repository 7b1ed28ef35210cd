// The account of one request: hop by hop, what was decided and why, and how it ended.
import { observer } from 'mobx-react-lite';
import type { ReactElement } from 'react';
import { clockWords, spanWords, useWords } from '../../locales/words.ts';
import { useStores } from '../../stores/stores.ts';
import { Facts } from '../../widgets/facts.tsx';
import { useAnswer } from '../use-answer.ts';

const everyMilliseconds = 700;

export const PacketAccountView = observer(function PacketAccountView({ id }: { readonly id: number }): ReactElement {
  const t = useWords();
  const { cluster } = useStores();
  const packet = cluster.packets.get(id);
  const isUnderWay = packet?.outcome === 'underway';
  const answer = useAnswer('account', { id }, isUnderWay ? everyMilliseconds : 0);
  const account = answer.value;
  const row = account ?? packet;
  if (!row) return <p className="empty">{answer.isWaiting ? t('app.loading') : t('inspector.gone', { name: `#${id}` })}</p>;
  return (
    <section className="summary" aria-label={t('services.account', { id })}>
      <div className="summary-head" data-outcome={row.outcome}>
        <span>{t('services.account', { id })}</span>
        <span className="outcome">{t(`outcome.${row.outcome}`)}</span>
      </div>
      <Facts
        rows={[
          [t('inspector.service'), <span className="is-mono">{row.service}</span>],
          [
            t('inspector.path'),
            <span className="is-mono">
              {row.path.map((hop) => hop.slice(Math.max(hop.lastIndexOf('/'), hop.lastIndexOf(':')) + 1)).join(' → ')}
            </span>,
          ],
          [t('inspector.latency'), row.end > 0 ? spanWords(row.end - row.start) : t('outcome.underway')],
        ]}
      />
      <ol className="hops">
        {account?.hops.map((hop, index) => (
          <li key={index} data-hop={hop.kind}>
            <span>
              <strong>{t(`hop.${hop.kind}`)}</strong>
              <span className="is-mono">{hop.at}</span>
              <time className="is-mono muted">{clockWords(hop.time)}</time>
            </span>
            <p>{hop.detail}</p>
          </li>
        ))}
      </ol>
      {answer.failure !== '' && <p className="muted">{answer.failure}</p>}
    </section>
  );
});
