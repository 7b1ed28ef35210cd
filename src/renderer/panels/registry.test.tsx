// The law of panels: each mounts on an empty and on a full cluster.
import { cleanup } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { fullFrame, hello } from '../testing/feed.ts';
import { testWindow } from '../testing/window.tsx';
import { panels } from './registry.ts';

afterEach(cleanup);

for (const panel of panels) {
  const Body = panel.component;
  test(`${panel.name}: mounts on an empty cluster`, () => {
    expect(() => testWindow().show(<Body />)).not.toThrow();
  });

  test(`${panel.name}: mounts on a full cluster with something selected`, () => {
    const window = testWindow();
    window.feed(hello, fullFrame());
    window.stores.view.select({ kind: 'machine', key: 'worker-1' });
    expect(window.show(<Body />).container.textContent).not.toBe('');
  });
}

test('no two panels have the same key', () => {
  const keys = panels.flatMap((panel) => panel.hotkey ?? []);
  expect(new Set(keys).size).toBe(keys.length);
});
