// The whole window on a made-up feed: ?machines=4&pods=12&zones=1&failing=1, for developing and for photographs. Not in the app.
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../theme/base.css';
import '../widgets/widgets.css';
import { defined } from '@/base/assert.ts';
import { connect } from '../bridge/bridge.ts';
import { startWords } from '../locales/words.ts';
import { App } from '../shell/App.tsx';
import { ClusterStore } from '../stores/cluster/cluster-store.ts';
import { StoresProvider } from '../stores/stores.ts';
import { pageMemory } from '../stores/view/memory.ts';
import { ViewStore } from '../stores/view/view-store.ts';
import { applyTheme } from '../theme/tokens.ts';
import { FakeWire } from './fake-wire.ts';

const asked = new URLSearchParams(window.location.search);
const number = (key: string, usual: number): number => Number(asked.get(key) ?? usual);
const cluster = new ClusterStore();
const view = new ViewStore(pageMemory);
if (asked.get('theme')) view.setTheme(asked.get('theme') === 'light' ? 'light' : 'dark');
if (asked.get('language')) view.setLanguage(asked.get('language') === 'zh-CN' ? 'zh-CN' : 'en');
view.remember();
applyTheme(view.theme, document.documentElement);
startWords(view.language);
const wire = new FakeWire({ machines: number('machines', 4), pods: number('pods', 12), zones: number('zones', 1), isFailing: asked.has('failing') });
const host = connect(cluster, wire);

createRoot(defined(document.getElementById('window'), 'The page has no place for the window.')).render(
  <StoresProvider value={{ cluster, view, host }}>
    <App />
  </StoresProvider>,
);
