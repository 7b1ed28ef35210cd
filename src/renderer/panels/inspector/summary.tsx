// The first tab of the inspector: state in words, what it waits for, what belongs to it, and what can be done to it.
import { observer } from 'mobx-react-lite';
import { useState, type ReactElement } from 'react';
import type { Deadline, PodRow } from '@/contract/feed/feed.ts';
import { coresText, machineSentence, memoryText, podSentence } from '../../locales/state-words.ts';
import { ruleWords, spanWords, useWords, wordsOr } from '../../locales/words.ts';
import type { PodEntry } from '../../stores/cluster/cluster-store.ts';
import { useStores } from '../../stores/stores.ts';
import { subjectOf, type Selection } from '../../stores/view/view-store.ts';
import { ActionsButton } from '../../widgets/actions-button.tsx';
import { Button } from '../../widgets/button.tsx';
import { Facts } from '../../widgets/facts.tsx';
import { Long } from '../../widgets/long.tsx';
import { LookMark } from '../../widgets/look-mark.tsx';
import { ObjectSummary } from './object-summary.tsx';

const podLimit = 40;

export const Summary = observer(function Summary({ selection }: { readonly selection: Selection }): ReactElement {
  const t = useWords();
  const { view } = useStores();
  const subject = subjectOf(selection);
  return (
    <div className="summary">
      {selection.kind === 'machine' && <MachineSummary name={selection.key} />}
      {selection.kind === 'pod' && <PodSummary id={selection.key} />}
      {selection.kind === 'service' && <ServiceSummary id={selection.key} />}
      {selection.kind === 'workload' && <WorkloadSummary id={selection.key} />}
      {selection.kind === 'object' && <ObjectSummary selection={selection} />}
      <Waits subject={subject} />
      <Button
        kind="quiet"
        onClick={() => {
          view.setLogSubject(subject);
          view.open.add('event-log');
        }}
      >
        {t('inspector.log')}
      </Button>
    </div>
  );
});

const MachineSummary = observer(function MachineSummary({ name }: { readonly name: string }): ReactElement {
  const t = useWords();
  const { cluster } = useStores();
  const row = cluster.machine(name);
  if (!row) return <p className="empty">{t('inspector.gone', { name })}</p>;
  const pods = cluster.pods.filter((entry) => entry.row.machine === row.slot);
  const isSplit = !row.isPowered || !row.isConnected;
  const ghosts = isSplit && row.isPowered ? pods.reduce((sum, entry) => sum + entry.state.running, 0) : 0;
  const believed =
    row.ready === ''
      ? t('machine.noNode')
      : row.ready === 'True'
        ? t('machine.ready')
        : t(row.ready === 'False' ? 'machine.notReady' : 'machine.unknown');
  const { bars } = row;
  return (
    <>
      <div className="summary-head">
        <span>{machineSentence(row, t)}</span>
        <ActionsButton thing={{ kind: 'machine', row }} />
      </div>
      <div className={isSplit ? 'split-truth is-split' : 'split-truth'}>
        <div>
          <h3>{t('machine.believes')}</h3>
          <p>{believed}</p>
          {row.readyReason !== '' && <p className="muted">{row.readyReason}</p>}
        </div>
        <div>
          <h3>{t('machine.really')}</h3>
          <p>
            {t('machine.power')}: {t(row.isPowered ? 'machine.on' : 'machine.off')}
          </p>
          <p>
            {t('machine.network')}: {t(row.isConnected ? 'machine.in' : 'machine.out')}
          </p>
        </div>
      </div>
      {ghosts > 0 && <p className="note">{t('machine.ghosts', { count: ghosts })}</p>}
      <Facts
        rows={[
          [t('machine.role'), t(row.role === 'control-plane' ? 'role.controlPlane' : 'role.worker')],
          [t('machine.zone'), row.zone === '' ? t('machine.none') : row.zone],
          [t('machine.address'), <span className="is-mono">{row.ip}</span>],
          [
            t('machine.taints'),
            row.taints.length === 0
              ? t('machine.none')
              : row.taints.map((taint) => (
                  <span key={taint} className="chip">
                    {taint}
                  </span>
                )),
          ],
          [
            t('machine.faults'),
            row.faults.length === 0 ? t('machine.none') : row.faults.map((fault) => wordsOr(`fault.${fault}`, fault)).join(', '),
          ],
        ]}
      />
      <div className="meters">
        <Meter name={t('machine.cpu')} used={bars.cpuUsed} requested={bars.cpuRequested} all={bars.cpuAllocatable} text={coresText} />
        <Meter
          name={t('machine.memory')}
          used={bars.memoryUsed}
          requested={bars.memoryRequested}
          all={bars.memoryAllocatable}
          text={memoryText}
        />
        <Meter name={t('machine.pods')} used={bars.pods} requested={bars.pods} all={bars.podsAllocatable} text={String} />
      </div>
      <PodList pods={pods} />
    </>
  );
});

interface MeterProps {
  readonly name: string;
  readonly used: number;
  readonly requested: number;
  readonly all: number;
  readonly text: (value: number) => string;
}

function Meter({ name, used, requested, all, text }: MeterProps): ReactElement {
  const t = useWords();
  const share = (value: number): string => `${all > 0 ? Math.min(100, (value / all) * 100) : 0}%`;
  return (
    <div className="meter">
      <span>{name}</span>
      <span className="meter-track" aria-hidden="true">
        <span className="meter-requested" style={{ width: share(requested) }} />
        <span className="meter-used" style={{ width: share(used) }} />
      </span>
      <span className="meter-text muted">
        {text(used)} {t('machine.used')} · {text(requested)} {t('machine.requested')} · {text(all)} {t('machine.allocatable')}
      </span>
    </div>
  );
}

const PodSummary = observer(function PodSummary({ id }: { readonly id: string }): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const entry = cluster.pod(id);
  if (!entry) return <p className="empty">{t('inspector.gone', { name: id })}</p>;
  const { row, state } = entry;
  const machine = cluster.machineAt(row.machine);
  const look = cluster.lookOf(entry);
  const isBelieved = look === 'ghost' && state.look !== 'ghost';
  return (
    <>
      <div className="summary-head">
        <span>
          <LookMark look={look} /> {isBelieved ? t('pod.notReally', { status: state.status }) : podSentence(state, t)}
        </span>
        <ActionsButton thing={{ kind: 'pod', entry }} />
      </div>
      {state.message !== '' && <p className="note">{state.message}</p>}
      {row.isStatic && <p className="muted">{t('pod.isStatic')}</p>}
      <Facts
        rows={[
          [t('app.namespace'), row.namespace],
          [
            t('pod.onMachine'),
            machine ? (
              <button type="button" className="link" onClick={() => view.select({ kind: 'machine', key: machine.name })}>
                {machine.name}
              </button>
            ) : (
              t('table.waiting')
            ),
          ],
          [t('pod.containers'), t('pod.readyOf', { ready: state.readyContainers, all: state.containers })],
          [t('pod.really'), t('pod.runningCount', { count: state.running })],
          [t('pod.restarts'), String(state.restarts)],
          [t('pod.ip'), <span className="is-mono">{state.ip === '' ? t('pod.none') : state.ip}</span>],
          [t('pod.image'), <Image row={row} />],
          [t('pod.workload'), row.workload === '' ? t('pod.none') : row.workload],
          [t('pod.labels'), <Labels labels={row.labels} />],
        ]}
      />
    </>
  );
});

/** The image, and a badge when its program is not the true one. */
function Image({ row }: { readonly row: PodRow }): ReactElement {
  const t = useWords();
  return (
    <>
      <span className="is-mono">{row.image}</span>
      {row.fidelity !== 'as upstream' && (
        <span className="chip is-fidelity" data-fidelity={row.fidelity}>
          {t(row.fidelity === 'simplified' ? 'pod.simplified' : 'pod.notModelled')}
        </span>
      )}
    </>
  );
}

function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }): ReactElement {
  const t = useWords();
  const all = Object.entries(labels);
  if (all.length === 0) return <>{t('pod.none')}</>;
  return (
    <>
      {all.map(([key, value]) => (
        <span key={key} className="chip">
          {key}={value}
        </span>
      ))}
    </>
  );
}

const ServiceSummary = observer(function ServiceSummary({ id }: { readonly id: string }): ReactElement {
  const t = useWords();
  const { cluster } = useStores();
  const row = cluster.service(id);
  if (!row) return <p className="empty">{t('inspector.gone', { name: id })}</p>;
  const pods = [...row.ready, ...row.notReady].flatMap((slot) => cluster.podAt(slot) ?? []);
  return (
    <>
      <Facts
        rows={[
          [t('app.namespace'), row.namespace],
          [t('inspector.type'), row.type],
          [t('inspector.clusterIP'), <span className="is-mono">{row.clusterIP}</span>],
          [
            t('inspector.ports'),
            <span className="is-mono">
              {row.ports.map((port) => `${port.port} → ${port.targetPort}${port.nodePort ? ` (node ${port.nodePort})` : ''}`).join(', ')}
            </span>,
          ],
          [t('inspector.selector'), <Labels labels={row.selector} />],
          [t('inspector.endpoints'), t('services.ready', { count: row.ready.length })],
        ]}
      />
      <PodList pods={pods} />
    </>
  );
});

const WorkloadSummary = observer(function WorkloadSummary({ id }: { readonly id: string }): ReactElement {
  const t = useWords();
  const { cluster } = useStores();
  const row = cluster.workload(id);
  if (!row) return <p className="empty">{t('inspector.gone', { name: id })}</p>;
  const pods = cluster.pods.filter((entry) => entry.row.namespace === row.namespace && entry.row.workload === `${row.kind}/${row.name}`);
  return (
    <>
      <Facts
        rows={[
          [t('app.namespace'), row.namespace],
          [t('inspector.type'), row.kind],
          [t('inspector.replicas'), <span className="is-mono">{`${row.ready}/${row.desired}`}</span>],
          [t('inspector.updated'), String(row.updated)],
          [t('inspector.available'), String(row.available)],
          [t('pod.image'), <span className="is-mono">{row.images.join(', ')}</span>],
        ]}
      />
      <Scale kind={row.kind} namespace={row.namespace} name={row.name} desired={row.desired} />
      <PodList pods={pods} />
    </>
  );
});

const scalable: Readonly<Record<string, { readonly group: string; readonly resource: string }>> = {
  Deployment: { group: 'apps', resource: 'deployments' },
  ReplicaSet: { group: 'apps', resource: 'replicasets' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  ReplicationController: { group: '', resource: 'replicationcontrollers' },
};

function Scale({
  kind,
  namespace,
  name,
  desired,
}: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly desired: number;
}): ReactElement | null {
  const t = useWords();
  const { host, view } = useStores();
  const [wanted, setWanted] = useState(String(desired));
  const resource = scalable[kind];
  if (!resource) return null;
  const scale = async (): Promise<void> => {
    const receipt = await host.send('scaleWorkload', { ...resource, namespace, name, replicas: Number(wanted) });
    if (!receipt.accepted) view.say({ text: t('gesture.refused', { message: receipt.message }), isRefusal: true });
    else
      view.say({
        text: `${kind}/${name}: ${wanted}`,
        kubectl: `kubectl scale ${kind.toLowerCase()}/${name} --replicas=${wanted} -n ${namespace}`,
      });
  };
  return (
    <div className="service-actions">
      <label>
        <span className="muted">{t('inspector.replicas')}</span>
        <input className="field rate" type="number" min="0" value={wanted} onChange={(event) => setWanted(event.target.value)} />
      </label>
      <Button onClick={() => void scale()}>{t('inspector.scale')}</Button>
    </div>
  );
}

const PodList = observer(function PodList({ pods }: { readonly pods: readonly PodEntry[] }): ReactElement | null {
  const t = useWords();
  const { cluster, view } = useStores();
  if (pods.length === 0) return null;
  return (
    <section className="pod-list">
      <h3>{t('inspector.related')}</h3>
      {pods.slice(0, podLimit).map((entry) => (
        <button
          key={entry.row.uid}
          type="button"
          className="pod-line"
          onClick={() => view.select({ kind: 'pod', key: `${entry.row.namespace}/${entry.row.name}` })}
        >
          <LookMark look={cluster.lookOf(entry)} />
          <Long text={entry.row.name} length={28} />
          <span className="muted">{entry.state.status}</span>
        </button>
      ))}
      {pods.length > podLimit && <p className="muted">{t('bench.more', { count: pods.length - podLimit })}</p>}
    </section>
  );
});

const Waits = observer(function Waits({ subject }: { readonly subject: string }): ReactElement | null {
  const t = useWords();
  const { cluster, host } = useStores();
  const deadlines = cluster.deadlinesOf(subject);
  if (deadlines.length === 0) return null;
  const { time } = cluster.clock;
  return (
    <section className="waits">
      <h3>{t('inspector.waits')}</h3>
      {deadlines.map((deadline) => (
        <Wait key={deadline.id} deadline={deadline} time={time} onSkip={() => void host.send('skip', { deadline: deadline.id })} />
      ))}
    </section>
  );
});

function Wait({
  deadline,
  time,
  onSkip,
}: {
  readonly deadline: Deadline;
  readonly time: number;
  readonly onSkip: () => void;
}): ReactElement {
  const t = useWords();
  const left = deadline.due - time;
  return (
    <button type="button" className="wait" title={t('deadline.skipThere')} onClick={onSkip}>
      <b>{t(`deadline.${deadline.kind}`)}</b>
      <span className="is-mono">{left > 0 ? t('deadline.in', { span: spanWords(left) }) : t('deadline.due')}</span>
      <span className="muted">{ruleWords(deadline)}</span>
    </button>
  );
}
