// The whole window on a made-up feed: ?machines=4&pods=12&zones=1&failing=1&theme=light&language=zh-CN. Not in the app.
import { startWindow } from '../start-window.tsx';
import { FakeWire } from './fake-wire.ts';

const asked = new URLSearchParams(window.location.search);
const number = (key: string, usual: number): number => Number(asked.get(key) ?? usual);
const wire = new FakeWire({
  machines: number('machines', 4),
  pods: number('pods', 12),
  zones: number('zones', 1),
  isFailing: asked.has('failing'),
  changing: number('changing', 0),
});

void startWindow(wire, (view) => {
  if (asked.has('theme')) view.setTheme(asked.get('theme') === 'light' ? 'light' : 'dark');
  if (asked.has('language')) view.setLanguage(asked.get('language') === 'zh-CN' ? 'zh-CN' : 'en');
});
