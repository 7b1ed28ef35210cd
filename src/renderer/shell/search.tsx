// Finds machines, pods, Services and workloads by name, selects them and brings them into sight. Ctrl K goes there.
import { observer } from 'mobx-react-lite';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useWords } from '../locales/words.ts';
import type { ClusterStore } from '../stores/cluster/cluster-store.ts';
import { useStores } from '../stores/stores.ts';
import { subjectOf, type Selection } from '../stores/view/view-store.ts';
import { Long } from '../widgets/long.tsx';

const foundLimit = 9;

interface Found {
  readonly selection: Selection;
  readonly kind: string;
  readonly name: string;
}

/** What matches `text`, machines first. */
export function find(cluster: ClusterStore, text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const found: Found[] = [];
  const add = (kind: string, name: string, selection: Selection): void => {
    if (found.length < foundLimit && name.toLowerCase().includes(wanted)) found.push({ kind, name, selection });
  };
  for (const row of cluster.machines) add('Node', row.name, { kind: 'machine', key: row.name });
  for (const row of cluster.services)
    add('Service', `${row.namespace}/${row.name}`, { kind: 'service', key: `${row.namespace}/${row.name}` });
  for (const row of cluster.workloads)
    add(row.kind, `${row.namespace}/${row.name}`, { kind: 'workload', key: `${row.kind}/${row.namespace}/${row.name}` });
  for (const { row } of cluster.pods) add('Pod', `${row.namespace}/${row.name}`, { kind: 'pod', key: `${row.namespace}/${row.name}` });
  return found;
}

export const Search = observer(function Search({ onShow }: { readonly onShow: (subject: string) => void }): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const found = find(cluster, text);
  useEffect(() => {
    const key = (event: globalThis.KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  const take = (one: Found | undefined): void => {
    if (!one) return;
    view.select(one.selection);
    onShow(subjectOf(one.selection));
    setText('');
    field.current?.blur();
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setActive(Math.min(active + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(active - 1, 0));
    else if (event.key === 'Enter') take(found[active]);
    else if (event.key === 'Escape') setText('');
    else return;
    event.preventDefault();
  };
  return (
    <div className="search">
      <input
        ref={field}
        className="field"
        type="search"
        role="combobox"
        aria-label={t('app.search')}
        aria-expanded={text !== ''}
        aria-controls={list}
        aria-activedescendant={found[active] ? `${list}-${active}` : undefined}
        placeholder={t('app.searchHint')}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={key}
      />
      {text !== '' && (
        <div className="search-list" id={list} role="listbox" aria-label={t('app.search')}>
          {found.length === 0 && <p className="empty">{t('app.noMatch')}</p>}
          {found.map((one, index) => (
            <div
              key={`${one.kind}/${one.name}`}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === active}
              className="search-item"
              onMouseDown={() => take(one)}
            >
              <span className="muted">{one.kind}</span>
              <Long text={one.name} length={38} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
});
