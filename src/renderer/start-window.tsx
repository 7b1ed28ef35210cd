// Puts a window into the page over a given wire: the app does it once, the workshop with made-up wires.
import { configure } from 'mobx';
import { createRoot } from 'react-dom/client';
import './theme/base.css';
import './widgets/widgets.css';
import { defined } from '@/base/assert.ts';
import { connect } from './bridge/bridge.ts';
import type { Wire } from './bridge/wire.ts';
import { startWords } from './locales/words.ts';
import { App } from './shell/app.tsx';
import { ClusterStore } from './stores/cluster/cluster-store.ts';
import { StoresProvider, type Stores } from './stores/stores.ts';
import { pageMemory } from './stores/view/memory.ts';
import { ViewStore } from './stores/view/view-store.ts';
import { loadFonts } from './theme/load-fonts.ts';
import { applyTheme } from './theme/tokens.ts';

/** Makes the stores, connects them, and shows the window. `prepare` may set the view before the first picture. */
export async function startWindow(wire: Wire, prepare: (view: ViewStore) => void = () => undefined): Promise<Stores> {
  configure({ enforceActions: 'observed' });
  const cluster = new ClusterStore();
  const view = new ViewStore(pageMemory);
  prepare(view);
  view.remember();
  applyTheme(view.theme, document.documentElement);
  startWords(view.language);
  await loadFonts();
  const stores: Stores = { cluster, view, host: connect(cluster, wire) };
  const root = defined(document.getElementById('window'), 'The page has no place for the window.');
  createRoot(root).render(
    <StoresProvider value={stores}>
      <App />
    </StoresProvider>,
  );
  return stores;
}
