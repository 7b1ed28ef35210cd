// What the hand does when it lets go, and that Escape sends nothing.
import { beforeEach, expect, test, vi } from 'vitest';
import { fullFrame, hello, machine, frame } from '../testing/feed.ts';
import { testWindow, type TestWindow } from '../testing/window.tsx';
import { words } from '../locales/words.ts';
import type { PlaceName, Thing } from './gestures/gesture.ts';
import { Hands } from './hands.ts';
import { Scene } from './scene.ts';

let window: TestWindow;
let scene: Scene;
let hands: Hands;

beforeEach(() => {
  window = testWindow();
  window.feed(hello, fullFrame());
  scene = new Scene(window.stores.cluster, window.stores.view, words);
  scene.update();
  hands = new Hands(window.stores, scene, () => scene.update());
});

const worker = (): Thing => ({ kind: 'machine', row: window.stores.cluster.machine('worker-2')! });
const webPod = (): Thing => ({ kind: 'pod', entry: window.stores.cluster.pod('default/web-1')! });

for (const thing of [worker, webPod]) {
  for (const place of [undefined, 'unplug', 'power-off', 'bin', 'rack'] as const) {
    test(`Escape over ${place ?? 'nothing'} sends nothing and puts the ${thing === worker ? 'machine' : 'pod'} back`, async () => {
      const before = scene.machineAt('worker-2');
      hands.take(thing(), { x: 0, y: 0 });
      hands.carry({ x: 500, y: 90 }, place);
      hands.cancel();
      await hands.drop();
      expect([window.sent, scene.held, scene.machineAt('worker-2')]).toEqual([[], undefined, before]);
    });
  }
}

async function drop(thing: Thing, place: PlaceName | undefined, corner = { x: 900, y: 100 }): Promise<string | undefined> {
  hands.take(thing, { x: 0, y: 0 });
  hands.carry(corner, place);
  const text = hands.prospect?.text;
  await hands.drop();
  return text;
}

test('a machine dropped at "unplug" sends one command, said before and after, with Undo', async () => {
  const text = await drop(worker(), 'unplug');
  expect(text).toBe(
    "Unplug worker-2's network. Its pod keeps running. Kubernetes notices in about 50 s and replaces it about 5 min later.",
  );
  expect(window.sent).toEqual(['injectFault {"fault":"machine-unplugged","target":"worker-2"}']);
  expect(window.stores.view.said).toMatchObject({ text: 'worker-2: network cable unplugged.', undo: expect.any(Function) });
});

test('a dropped machine stands at its place until the feed says where it is', async () => {
  vi.useFakeTimers();
  await drop(worker(), 'unplug');
  scene.update();
  const asked = scene.placeOf(window.stores.cluster.machine('worker-2')!);
  vi.advanceTimersByTime(5000);
  const unheard = scene.placeOf(window.stores.cluster.machine('worker-2')!);
  window.feed(frame({ machines: [machine(2, { isConnected: false })] }));
  vi.useRealTimers();
  expect([asked, unheard, scene.placeOf(window.stores.cluster.machine('worker-2')!)]).toEqual(['unplug', 'rack', 'unplug']);
});

test('a machine that stands outside is put back with all that it lacks', async () => {
  window.feed(frame({ machines: [machine(2, { isConnected: false, isPowered: false })] }));
  await drop(worker(), 'rack');
  expect(window.sent).toEqual([
    'healFault {"fault":"machine-unplugged","target":"worker-2"}',
    'healFault {"fault":"machine-powered-off","target":"worker-2"}',
  ]);
});

test('a sound machine dropped elsewhere in the rack only changes its place, and snaps home when near', async () => {
  await drop(worker(), 'rack', { x: -900, y: 300 });
  const moved = window.stores.view.positions['worker-2'];
  const home = scene.homeOf('worker-2');
  await drop(worker(), 'rack', { x: home.x + 20, y: home.y - 20 });
  expect([window.sent, moved, window.stores.view.positions['worker-2']]).toEqual([
    [],
    expect.objectContaining({ x: -900, y: 300 }),
    undefined,
  ]);
});

test('a machine dropped on another changes places with it, and back again leaves nothing behind', async () => {
  const [mine, theirs] = [scene.homeOf('worker-2'), scene.homeOf('worker-1')];
  hands.take(worker(), mine);
  hands.carry({ x: theirs.x + 8, y: theirs.y - 8 }, 'rack');
  const text = hands.prospect?.text;
  await hands.drop();
  scene.update();
  const swapped = [scene.machineAt('worker-2'), scene.machineAt('worker-1')];
  hands.take(worker(), theirs);
  hands.carry(mine, 'rack');
  await hands.drop();
  expect([text, swapped, window.stores.view.positions, window.sent]).toEqual([
    'worker-2 and worker-1 change places on the bench. Nothing else changes.',
    [theirs, mine],
    {},
    [],
  ]);
});

test('machines change places exactly, however far the pointer had gone when it took one', async () => {
  const [mine, theirs] = [scene.machineAt('worker-2'), scene.machineAt('worker-1')];
  hands.take(worker(), { x: mine.x - 2, y: mine.y + 22 });
  hands.carry({ x: theirs.x + 5, y: theirs.y + 5 }, 'rack');
  await hands.drop();
  scene.update();
  expect([scene.machineAt('worker-2'), scene.machineAt('worker-1')]).toEqual([theirs, mine]);
});

test('a pod dropped on a machine goes back, and says why', async () => {
  const text = await drop(webPod(), 'rack');
  expect([window.sent, text]).toEqual([[], 'Pods do not move between machines. Drop it on “Delete pod”, or press Escape.']);
});

test('a pod dropped into the bin is deleted', async () => {
  await drop(webPod(), 'bin');
  expect(window.sent).toEqual(['deleteObject {"resource":"pods","namespace":"default","name":"web-1"}']);
});
