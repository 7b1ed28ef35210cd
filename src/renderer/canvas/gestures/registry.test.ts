// The laws of gestures: contract commands only, true words before and after, a menu item for every drop.
import { expect, test } from 'vitest';
import { commands, parseCommand } from '@/contract/commands/commands.ts';
import { machine, pod, podState } from '../../testing/feed.ts';
import { startWords, words, spanWords } from '../../locales/words.ts';
import type { Thing } from './gesture.ts';
import { dropAt, gestures, menuOf } from './registry.ts';

startWords('en');

const things: readonly Thing[] = [
  { kind: 'machine', row: machine(1) },
  { kind: 'machine', row: machine(1, { isConnected: false, ready: 'Unknown' }) },
  { kind: 'machine', row: machine(1, { isPowered: false, isCordoned: true }) },
  { kind: 'pod', entry: { row: pod(1), state: podState(1) } },
  { kind: 'pod', entry: { row: pod(2, { isStatic: true, component: 'kube-scheduler' }), state: podState(2) } },
];
const facts = {
  pods: 4,
  systemPods: 1,
  containers: 5,
  replaced: 3,
  isInForce: false,
  stops: '',
  isControlPlane: false,
  noticeSeconds: 50,
  evictSeconds: 300,
  span: spanWords,
};

for (const gesture of gestures) {
  test(`${gesture.name}: sends only commands of the contract, and says what it will do and has done`, () => {
    const takers = things.filter((thing) => gesture.applies(thing));
    expect(takers.length).toBeGreaterThan(0);
    for (const thing of takers) {
      const calls = [...gesture.commands(thing), ...(gesture.undo?.(thing) ?? [])];
      expect(calls.length).toBeGreaterThan(0);
      for (const call of calls) {
        expect(Object.keys(commands)).toContain(call.name);
        expect(() => parseCommand(call.name, call.parameters)).not.toThrow();
      }
      for (const sentence of [
        gesture.preview(thing, words, facts),
        words(gesture.label, { name: 'x' }),
        words(gesture.done, { name: 'x' }),
      ])
        expect(sentence).not.toMatch(/gesture\.|\{\{|undefined/);
    }
  });

  test(`${gesture.name}: what a hand can do has a row in the menu, here or by the parts that it does`, () => {
    for (const thing of things.filter((one) => gesture.place !== undefined && gesture.applies(one))) {
      const wanted = gesture.commands(thing).map((call) => JSON.stringify(call));
      const offered = menuOf(thing).flatMap((other) => other.commands(thing).map((call) => JSON.stringify(call)));
      expect(offered).toEqual(expect.arrayContaining(wanted));
    }
  });
}

test('the menus of a machine and of a pod, by what is true of them', () => {
  const names = (thing: Thing): readonly string[] => menuOf(thing).map((gesture) => words(gesture.label, { name: 'kube-scheduler' }));
  expect(things.map(names)).toEqual([
    ['Unplug network cable', 'Power off', 'Cordon'],
    ['Plug back in', 'Power off', 'Cordon'],
    ['Power on', 'Uncordon'],
    ['Delete pod'],
    ['Delete pod', 'Kill container kube-scheduler'],
  ]);
});

test('a machine without power is not unplugged, a pod is not powered off', () => {
  expect([dropAt(things[2]!, 'unplug'), dropAt(things[3]!, 'power-off'), dropAt(things[0]!, 'bin')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
