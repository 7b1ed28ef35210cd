// The explorer: all objects by kind. Workloads and Services come from the mirror, other kinds are asked for when they are opened.
import { observer } from 'mobx-react-lite';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useWords } from '../../locales/words.ts';
import { useStores } from '../../stores/stores.ts';
import { Icon } from '../../widgets/icon.tsx';
import { Long } from '../../widgets/long.tsx';
import type { PanelDescriptor } from '../panel.ts';
import { useAnswer } from '../use-answer.ts';
import './explorer.css';

interface AskedKind {
  readonly kind: string;
  readonly group: string;
  readonly resource: string;
  readonly isNamespaced: boolean;
}

const networkKinds: readonly AskedKind[] = [
  { kind: 'Endpoints', group: '', resource: 'endpoints', isNamespaced: true },
  { kind: 'EndpointSlice', group: 'discovery.k8s.io', resource: 'endpointslices', isNamespaced: true },
];

const configKinds: readonly AskedKind[] = [
  { kind: 'ConfigMap', group: '', resource: 'configmaps', isNamespaced: true },
  { kind: 'Secret', group: '', resource: 'secrets', isNamespaced: true },
  { kind: 'ServiceAccount', group: '', resource: 'serviceaccounts', isNamespaced: true },
];

const clusterKinds: readonly AskedKind[] = [
  { kind: 'Namespace', group: '', resource: 'namespaces', isNamespaced: false },
  { kind: 'Node', group: '', resource: 'nodes', isNamespaced: false },
  { kind: 'Lease', group: 'coordination.k8s.io', resource: 'leases', isNamespaced: true },
  { kind: 'PriorityClass', group: 'scheduling.k8s.io', resource: 'priorityclasses', isNamespaced: false },
];

const Explorer = observer(function Explorer(): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const inScope = (row: { readonly namespace: string }): boolean => view.namespace === '' || row.namespace === view.namespace;
  const workloads = cluster.workloads.filter(inScope);
  const kinds = [...new Set(workloads.map((row) => row.kind))];
  const services = cluster.services.filter(inScope);
  return (
    <div className="explorer">
      <h3>{t('explorer.workloads')}</h3>
      {kinds.length === 0 && <p className="muted none">{t('explorer.none')}</p>}
      {kinds.map((kind) => {
        const rows = workloads.filter((row) => row.kind === kind);
        return (
          <Branch key={kind} name={kind} count={rows.length} isOpenFirst>
            {rows.map((row) => (
              <Leaf
                key={row.uid}
                name={row.name}
                note={`${row.ready}/${row.desired}`}
                onClick={() => view.select({ kind: 'workload', key: `${row.kind}/${row.namespace}/${row.name}` })}
              />
            ))}
          </Branch>
        );
      })}
      <h3>{t('explorer.network')}</h3>
      <Branch name="Service" count={services.length} isOpenFirst>
        {services.map((row) => (
          <Leaf
            key={row.uid}
            name={row.name}
            note={String(row.ready.length)}
            onClick={() => view.select({ kind: 'service', key: `${row.namespace}/${row.name}` })}
          />
        ))}
      </Branch>
      {networkKinds.map((kind) => (
        <AskedBranch key={kind.kind} kind={kind} />
      ))}
      <h3>{t('explorer.config')}</h3>
      {configKinds.map((kind) => (
        <AskedBranch key={kind.kind} kind={kind} />
      ))}
      <h3>{t('explorer.cluster')}</h3>
      {clusterKinds.map((kind) => (
        <AskedBranch key={kind.kind} kind={kind} />
      ))}
    </div>
  );
});

interface BranchProps {
  readonly name: string;
  readonly count?: number;
  readonly isOpenFirst?: boolean;
  readonly children: ReactNode;
}

function Branch({ name, count, isOpenFirst = false, children }: BranchProps): ReactElement {
  const [isOpen, setOpen] = useState(isOpenFirst);
  return (
    <div className="branch">
      <button type="button" className="branch-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? 'down' : 'right'} />
        {name}
        {count !== undefined && <span className="muted is-mono">{count}</span>}
      </button>
      {isOpen && <div className="leaves">{children}</div>}
    </div>
  );
}

function Leaf({ name, note, onClick }: { readonly name: string; readonly note?: string; readonly onClick: () => void }): ReactElement {
  return (
    <button type="button" className="leaf" onClick={onClick}>
      <Long text={name} length={26} />
      {note !== undefined && <span className="muted is-mono">{note}</span>}
    </button>
  );
}

function AskedBranch({ kind }: { readonly kind: AskedKind }): ReactElement {
  return (
    <Branch name={kind.kind}>
      <AskedLeaves kind={kind} />
    </Branch>
  );
}

const everyMilliseconds = 3000;

const AskedLeaves = observer(function AskedLeaves({ kind }: { readonly kind: AskedKind }): ReactElement {
  const t = useWords();
  const { view } = useStores();
  const scope = kind.isNamespaced && view.namespace !== '' ? { namespace: view.namespace } : {};
  const answer = useAnswer('objects', { group: kind.group, version: 'v1', resource: kind.resource, ...scope }, everyMilliseconds);
  if (answer.isWaiting) return <p className="muted none">{t('app.loading')}</p>;
  if (answer.failure !== '') return <p className="muted none">{t('explorer.failed', { message: answer.failure })}</p>;
  if (!answer.value || answer.value.items.length === 0) return <p className="muted none">{t('explorer.none')}</p>;
  return (
    <>
      {answer.value.items.map((object) => {
        const { name = '', namespace = '', uid = '' } = object['metadata'] as { name?: string; namespace?: string; uid?: string };
        return (
          <Leaf
            key={uid === '' ? `${namespace}/${name}` : uid}
            name={name}
            onClick={() =>
              view.select(
                kind.kind === 'Node'
                  ? { kind: 'machine', key: name }
                  : { kind: 'object', group: kind.group, version: 'v1', resource: kind.resource, namespace, name },
              )
            }
          />
        );
      })}
    </>
  );
});

export const panel: PanelDescriptor = {
  name: 'explorer',
  explain: 'All objects by kind.',
  title: 'panel.explorer',
  place: 'left',
  icon: 'explorer',
  hotkey: 'x',
  order: 10,
  component: Explorer,
};
