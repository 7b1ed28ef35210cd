// Where the window begins: stores, the line to the host, and the tree of components.
import { createRoot } from 'react-dom/client';
import { configure } from 'mobx';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme/base.css';
import './widgets/widgets.css';
import { defined } from '@/base/assert.ts';
import { connect, pageWire } from './bridge/bridge.ts';
import { startWords } from './locales/words.ts';
import { App } from './shell/App.tsx';
import { ClusterStore } from './stores/cluster/cluster-store.ts';
import { StoresProvider } from './stores/stores.ts';
import { pageMemory } from './stores/view/memory.ts';
import { ViewStore } from './stores/view/view-store.ts';
import { applyTheme } from './theme/tokens.ts';

configure({ enforceActions: 'observed' });

const cluster = new ClusterStore();
const view = new ViewStore(pageMemory);
view.remember();
applyTheme(view.theme, document.documentElement);
startWords(view.language);
const host = connect(cluster, pageWire());

createRoot(defined(document.getElementById('window'), 'The page has no place for the window.')).render(
  <StoresProvider value={{ cluster, view, host }}>
    <App />
  </StoresProvider>,
);
