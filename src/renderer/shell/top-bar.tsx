// The bar on top: namespace, search, panels, language, theme.
import { observer } from 'mobx-react-lite';
import type { ReactElement } from 'react';
import { useWords } from '../locales/words.ts';
import { panels } from '../panels/registry.ts';
import { useStores } from '../stores/stores.ts';
import type { LanguageName } from '../stores/view/view-store.ts';
import { IconButton } from '../widgets/button.tsx';
import { Icon } from '../widgets/icon.tsx';
import { Select } from '../widgets/select.tsx';
import { Search } from './search.tsx';

const listed = panels.filter((panel) => panel.order !== undefined).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
const languages: readonly (readonly [LanguageName, string])[] = [
  ['en', 'English'],
  ['zh-CN', '简体中文'],
];

export const TopBar = observer(function TopBar({ onShow }: { readonly onShow: (subject: string) => void }): ReactElement {
  const t = useWords();
  const { cluster, view } = useStores();
  const namespaces = cluster.namespaces.map((name) => [name, name] as const);
  return (
    <header className="top-bar">
      <h1>{t('app.name')}</h1>
      <Select
        label={t('app.namespace')}
        value={view.namespace}
        options={[['', t('app.all')], ...namespaces]}
        onChange={view.setNamespace}
      />
      <Search onShow={onShow} />
      <nav className="panel-toggles" aria-label={t('app.panels')}>
        {listed.map((panel) => (
          <button
            key={panel.name}
            type="button"
            className="button is-quiet"
            aria-pressed={view.open.has(panel.name)}
            aria-label={t(panel.title)}
            aria-keyshortcuts={panel.hotkey && `Alt+${panel.hotkey.toUpperCase()}`}
            title={t(panel.title)}
            onClick={() => view.toggle(panel.name)}
          >
            <Icon name={panel.icon} />
            <span>{t(panel.title)}</span>
          </button>
        ))}
      </nav>
      <Select
        label={t('app.language')}
        value={view.language}
        options={languages}
        onChange={(value) => view.setLanguage(value === 'zh-CN' ? 'zh-CN' : 'en')}
      />
      <IconButton
        icon={view.theme === 'dark' ? 'sun' : 'moon'}
        label={t('app.theme')}
        onClick={() => view.setTheme(view.theme === 'dark' ? 'light' : 'dark')}
      />
    </header>
  );
});
