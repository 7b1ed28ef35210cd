// The event log: filters, chains, copies, and what it lights on the bench.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Logbook } from '../../stores/cluster/logbook.ts';
import { fullFrame, hello, occurrence } from '../../testing/feed.ts';
import { testWindow, type TestWindow } from '../../testing/window.tsx';
import { panel } from './event-log.panel.tsx';
import { chainText } from './line-text.ts';
import { LogView } from './log-view.ts';

afterEach(cleanup);

function shown(): TestWindow {
  const Body = panel.component;
  const window = testWindow();
  window.feed(hello, fullFrame());
  window.show(<Body />);
  return window;
}

const reasons = (): readonly (string | null)[] =>
  [...document.querySelectorAll('.log-line')].map((line) => line.getAttribute('data-reason'));

test('heartbeats are hidden until they are asked for', () => {
  shown();
  const before = reasons();
  fireEvent.click(screen.getByRole('button', { name: 'heartbeat' }));
  expect([before.includes('LeaseRenewed'), reasons().includes('LeaseRenewed')]).toEqual([false, true]);
});

test('a line opens its chain of causes back to the input', () => {
  shown();
  fireEvent.click(document.querySelector('[data-reason="TaintManagerEviction"]')!);
  const links = within(document.querySelector('.why')!)
    .getAllByRole('listitem')
    .map((link) => link.getAttribute('data-reason'));
  expect(links).toEqual(['TaintManagerEviction', 'NodeNotReady', 'MachineUnplugged', 'InjectFault', null]);
});

test('hovering a line lights its chain on the bench, beginning first', () => {
  const window = shown();
  fireEvent.mouseEnter(document.querySelector('[data-reason="TaintManagerEviction"]')!);
  expect(window.stores.view.litSubjects).toEqual([[], ['Machine/worker-2'], ['Node/worker-2'], ['Pod/default/web-2']]);
});

test('words filter by name, reason and message together', () => {
  const window = shown();
  act(() => window.stores.view.setLogText('node worker-2'));
  expect(reasons()).toEqual(['NodeNotReady']);
});

test('a chain is copied as indented text', () => {
  expect(chainText([occurrence(2, { reason: 'B', cause: 1 }), occurrence(1, { reason: 'A' })])).toBe(
    '00:00:02.000  controller  B  message 2  (somebody)\n  ↳ 00:00:01.000  controller  A  message 1  (somebody)',
  );
});

test('the filtered log grows by what is new and starts afresh when the filter changes', () => {
  const logbook = new Logbook();
  const view = new LogView();
  const all = { hiddenKinds: new Set<never>(), text: '', subject: '' };
  logbook.add([occurrence(1), occurrence(2)]);
  const first = view.update(logbook, all);
  logbook.add([occurrence(3)]);
  expect([first.length, view.update(logbook, all).length, view.update(logbook, { ...all, text: 'message 3' }).length]).toEqual([2, 3, 1]);
});
