// The twin: everything the hand does, by name and by keyboard.
import { act, cleanup, fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { frame, fullFrame, hello, machine } from '../../testing/feed.ts';
import { testWindow, type TestWindow } from '../../testing/window.tsx';
import { panel } from './table.panel.tsx';

afterEach(cleanup);

function shown(): TestWindow {
  const Body = panel.component;
  const window = testWindow();
  window.feed(hello, fullFrame());
  window.show(<Body />);
  return window;
}

function open(name: string): void {
  fireEvent.click(screen.getByRole('button', { name: `Actions for ${name}` }));
}

const items = (): readonly (string | null)[] => screen.getAllByRole('menuitem').map((item) => item.getAttribute('aria-label'));

test('the menu of a machine does what the hand does, and says the kubectl line or that there is none', async () => {
  const window = shown();
  open('worker-2');
  expect(items()).toEqual(['Unplug network cable', 'Power off', 'Cordon', 'Slow cable']);
  expect(screen.getByRole('menuitem', { name: 'Cordon' }).getAttribute('aria-description')).toBe('kubectl cordon worker-2');
  expect(screen.getByRole('menuitem', { name: 'Power off' }).getAttribute('aria-description')).toContain('no kubectl command');
  await act(async () => fireEvent.click(screen.getByRole('menuitem', { name: 'Unplug network cable' })));
  expect(window.sent).toEqual(['injectFault {"fault":"machine-unplugged","target":"worker-2"}']);
  expect(screen.queryByRole('menu')).toBeNull();
});

test('by keyboard: the first item has the focus, arrows move it, Escape gives it back and sends nothing', () => {
  const window = shown();
  const button = screen.getByRole('button', { name: 'Actions for worker-1' });
  button.focus();
  fireEvent.click(button);
  const focused = (): string | null | undefined => document.activeElement?.getAttribute('aria-label');
  const first = focused();
  fireEvent.keyDown(screen.getByRole('menu'), { key: 'ArrowDown' });
  const second = focused();
  fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' });
  expect([first, second, focused(), window.sent]).toEqual(['Unplug network cable', 'Power off', 'Actions for worker-1', []]);
});

test('the row of a machine tells both truths, and its menu offers what fits them', () => {
  const window = shown();
  act(() => window.feed(frame({ machines: [machine(2, { isConnected: false })] })));
  const table = screen.getByRole('table', { name: 'Machines' });
  expect(within(table).getByText('Cable out; Kubernetes still says Ready')).toBeTruthy();
  open('worker-2');
  expect(items()).toContain('Plug back in');
});

test('a pod is found by name, selected, and deleted from its menu', async () => {
  const window = shown();
  fireEvent.click(screen.getByRole('button', { name: 'web-1' }));
  open('web-1');
  await act(async () => fireEvent.click(screen.getByRole('menuitem', { name: 'Delete pod' })));
  expect([window.stores.view.selection, window.sent]).toEqual([
    { kind: 'pod', key: 'default/web-1' },
    ['deleteObject {"resource":"pods","namespace":"default","name":"web-1"}'],
  ]);
});
