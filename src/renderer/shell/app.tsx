// The window's frame: bar, bench with its panels around it, transport bar at the foot.
import { observer } from 'mobx-react-lite';
import { useEffect, useRef, type ReactElement } from 'react';
import { BenchView, type BenchHandle } from '../canvas/bench-view.tsx';
import { panels } from '../panels/registry.ts';
import { useStores } from '../stores/stores.ts';
import { speakLanguage } from '../locales/words.ts';
import { applyTheme } from '../theme/tokens.ts';
import { Announcer } from './announcer.tsx';
import { Dock } from './dock.tsx';
import { FileDrop } from './file-drop.tsx';
import { LinkNotice } from './link-notice.tsx';
import { SaidLine } from './said-line.tsx';
import { TopBar } from './top-bar.tsx';
import { Transport } from './transport.tsx';
import { Welcome } from './welcome.tsx';
import './shell.css';

export const App = observer(function App(): ReactElement {
  const { view } = useStores();
  const bench = useRef<BenchHandle>(null);
  const { theme, language } = view;
  useEffect(() => applyTheme(theme, document.documentElement), [theme]);
  useEffect(() => {
    speakLanguage(language);
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    const query = window.matchMedia('(prefers-reduced-motion: reduce)');
    const take = (): void => view.setMotionReduced(query.matches);
    take();
    query.addEventListener('change', take);
    return () => query.removeEventListener('change', take);
  }, [view]);
  useHotkeys();
  return (
    <div className="window">
      <TopBar onShow={(subject) => bench.current?.show(subject)} />
      <div className="middle">
        <Dock place="left" />
        <main className="stage">
          <BenchView handle={bench} />
          <LinkNotice />
          <SaidLine />
        </main>
        <Dock place="right" />
      </div>
      <Welcome />
      <Dock place="bottom" />
      <Transport />
      <Announcer />
      <FileDrop />
    </div>
  );
});

/** Alt and a letter opens or closes a panel; Space outside of fields is the clock's. */
function useHotkeys(): void {
  const { view, cluster, host } = useStores();
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const panel =
        event.altKey && !event.ctrlKey && !event.metaKey ? panels.find((one) => one.hotkey === event.key.toLowerCase()) : undefined;
      if (panel) view.toggle(panel.name);
      else if (event.key === ' ' && isFree(event.target)) void (cluster.clock.isPaused ? host.send('resume', {}) : host.send('pause', {}));
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, [view, cluster, host]);
}

function isFree(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof HTMLElement && target.classList.contains('bench'));
}
