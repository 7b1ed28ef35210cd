// The inspector: what is selected, as a summary, as YAML, with its Events and its logs.
import { observer } from 'mobx-react-lite';
import type { ReactElement } from 'react';
import { useWords } from '../../locales/words.ts';
import { useStores } from '../../stores/stores.ts';
import { Tabs } from '../../widgets/tabs.tsx';
import type { PanelDescriptor } from '../panel.ts';
import { EventsTab } from './events-tab.tsx';
import { LogsTab } from './logs-tab.tsx';
import { PacketAccountView } from './packet-account-view.tsx';
import { Summary } from './summary.tsx';
import { titleOf } from './target.ts';
import { YamlTab } from './yaml-tab.tsx';
import './inspector.css';

const Inspector = observer(function Inspector(): ReactElement {
  const t = useWords();
  const { view } = useStores();
  const { selection } = view;
  if (!selection) return <p className="empty">{t('inspector.nothing')}</p>;
  if (selection.kind === 'packet') return <PacketAccountView id={selection.id} />;
  const tabs = [
    ['summary', t('inspector.summary')],
    ['yaml', t('inspector.yaml')],
    ['events', t('inspector.events')],
    ['logs', t('inspector.logs')],
  ] as const;
  return (
    <div className="inspector">
      <div className="inspector-title">{titleOf(selection)}</div>
      <Tabs label={titleOf(selection)} tabs={tabs} active={view.inspectorTab} onChange={view.setInspectorTab}>
        {view.inspectorTab === 'summary' && <Summary selection={selection} />}
        {view.inspectorTab === 'yaml' && <YamlTab selection={selection} />}
        {view.inspectorTab === 'events' && <EventsTab selection={selection} />}
        {view.inspectorTab === 'logs' && <LogsTab selection={selection} />}
      </Tabs>
    </div>
  );
});

export const panel: PanelDescriptor = {
  name: 'inspector',
  explain: 'What is selected: summary, YAML, Events and logs.',
  title: 'panel.inspector',
  place: 'right',
  icon: 'search',
  hotkey: 'i',
  component: Inspector,
};
