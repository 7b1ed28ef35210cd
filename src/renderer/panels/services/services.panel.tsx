// Services: start and stop the traffic of the user outside, see who answers, and open the account of single requests.
import { observer } from 'mobx-react-lite';
import { useState, type ReactElement } from 'react';
import type { PacketRow, ServiceRow } from '@/contract/feed/feed.ts';
import { clockWords, useWords } from '../../locales/words.ts';
import { useStores } from '../../stores/stores.ts';
import { Button } from '../../widgets/button.tsx';
import { Long } from '../../widgets/long.tsx';
import type { PanelDescriptor } from '../panel.ts';
import './services.css';

const requestLimit = 60;

const Services = observer(function Services(): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const rows = cluster.services.filter((row) => view.namespace === '' || row.namespace === view.namespace);
  return (
    <div className="services-panel">
      {rows.length === 0 && <p className="empty">{t('services.empty')}</p>}
      {rows.map((row) => (
        <ServiceCard key={row.uid} row={row} />
      ))}
      <Requests />
    </div>
  );
});

const ServiceCard = observer(function ServiceCard({ row }: { readonly row: ServiceRow }): ReactElement {
  const t = useWords();
  const { view, host } = useStores();
  const [rate, setRate] = useState('5');
  const { namespace, name } = row;
  const act = async (): Promise<void> => {
    const receipt = row.traffic
      ? await host.send('stopTraffic', { namespace, service: name })
      : await host.send('startTraffic', { namespace, service: name, ratePerSecond: Number(rate) || 5 });
    if (!receipt.accepted) view.say({ text: t('gesture.refused', { message: receipt.message }), isRefusal: true });
  };
  const ports = row.ports.map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`).join(' ');
  return (
    <section className="service-card" aria-label={name}>
      <div className="service-head">
        <button type="button" className="row-name" onClick={() => view.select({ kind: 'service', key: `${namespace}/${name}` })}>
          {name}
        </button>
        <span className="muted">{namespace}</span>
      </div>
      <p className="service-address is-mono">
        {row.type} {row.clusterIP} {ports}
      </p>
      <p className="muted">
        {t('services.ready', { count: row.ready.length })}
        {row.notReady.length > 0 && ` · ${t('services.notReady', { count: row.notReady.length })}`}
      </p>
      <div className="service-actions">
        {!row.traffic && (
          <label>
            <span className="muted">{t('services.rate')}</span>
            <input
              className="field rate"
              type="number"
              min="0.1"
              max="10000"
              step="any"
              value={rate}
              onChange={(event) => setRate(event.target.value)}
            />
          </label>
        )}
        <Button
          kind={row.traffic ? 'plain' : 'main'}
          label={t(row.traffic ? 'services.stopFor' : 'services.startFor', { name })}
          onClick={() => void act()}
        >
          {t(row.traffic ? 'services.stop' : 'services.start')}
        </Button>
      </div>
      {row.traffic && <Traffic row={row} />}
    </section>
  );
});

function Traffic({ row }: { readonly row: ServiceRow }): ReactElement | null {
  const t = useWords();
  const { traffic } = row;
  if (!traffic) return null;
  const backends = Object.entries(traffic.byBackend).sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...backends.map(([, count]) => count));
  return (
    <div className="traffic">
      <div className="traffic-counts">
        <span>
          {t('services.sent')} <b className="is-mono">{traffic.sent}</b>
        </span>
        <span>
          {t('services.succeeded')} <b className="is-mono">{traffic.succeeded}</b>
        </span>
        <span className={traffic.failed > 0 ? 'is-failed' : ''}>
          {t('services.failed')} <b className="is-mono">{traffic.failed}</b>
        </span>
        <span className="muted">{t('services.perSecond', { rate: traffic.ratePerSecond })}</span>
      </div>
      <p className="muted">
        {t('services.latency')} {t('services.latencyValue', { p50: round(traffic.p50Milliseconds), p99: round(traffic.p99Milliseconds) })}
      </p>
      {backends.length > 0 && <h3>{t('services.backends')}</h3>}
      {backends.map(([pod, count]) => (
        <div key={pod} className="backend">
          <Long text={pod.slice(pod.indexOf('/') + 1)} length={24} />
          <span className="backend-bar" style={{ '--share': count / most } as React.CSSProperties} />
          <span className="is-mono">{count}</span>
        </div>
      ))}
    </div>
  );
}

const round = (milliseconds: number): number => (milliseconds < 10 ? Math.round(milliseconds * 10) / 10 : Math.round(milliseconds));

const Requests = observer(function Requests(): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const packets = [...cluster.packets.values()].slice(-requestLimit).reverse();
  return (
    <section className="requests" aria-label={t('services.requests')}>
      <h3>{t('services.requests')}</h3>
      {packets.length === 0 && <p className="empty">{t('services.noRequests')}</p>}
      {packets.map((packet) => (
        <button
          key={packet.id}
          type="button"
          className="request"
          data-outcome={packet.outcome}
          aria-label={t('services.account', { id: packet.id })}
          onClick={() => view.select({ kind: 'packet', id: packet.id })}
        >
          <time className="is-mono">{clockWords(packet.start)}</time>
          <span className="outcome">{t(`outcome.${packet.outcome}`)}</span>
          <Long text={lastStop(packet)} length={20} />
        </button>
      ))}
    </section>
  );
});

function lastStop(packet: PacketRow): string {
  const last = packet.path[packet.path.length - 1] ?? '';
  return last.slice(last.lastIndexOf('/') + 1).replace(/^[a-z]+:/, '');
}

export const panel: PanelDescriptor = {
  name: 'services',
  explain: 'Services, the traffic at them, and who answers.',
  title: 'panel.services',
  place: 'right',
  icon: 'services',
  hotkey: 's',
  order: 30,
  component: Services,
};
