// The laws of animations: each begins once for its change, and a snapshot begins none.
import { expect, test } from 'vitest';
import { words } from '../../locales/words.ts';
import { frame, fullFrame, hello, occurrence, pod } from '../../testing/feed.ts';
import { testWindow } from '../../testing/window.tsx';
import type { Change } from '../../stores/cluster/cluster-store.ts';
import { Scene } from '../scene.ts';
import { Motions } from './motions.ts';
import { animations } from './registry.ts';

function change(): { scene: Scene; change: Change } {
  const { stores, feed } = testWindow();
  feed(hello, fullFrame());
  const scene = new Scene(stores.cluster, stores.view, words);
  scene.update();
  let last: Change | undefined;
  stores.cluster.subscribe((next) => (last = next));
  feed(
    frame({
      pods: [pod(7, { name: 'web-7', uid: 'uid-7' })],
      removedPods: [2],
      occurrences: [occurrence(9, { kind: 'fault', subjects: ['Machine/worker-2'] })],
    }),
  );
  return { scene, change: last! };
}

for (const animation of animations) {
  test(`${animation.name}: begins once for its change, on the bench, and is short`, () => {
    const { scene, change: happened } = change();
    const rects = animation.starts(scene, happened);
    expect(rects.length).toBe(1);
    expect([rects[0]!.w, rects[0]!.h].every((size) => size > 0)).toBe(true);
    expect(animation.durationMilliseconds).toBeLessThanOrEqual(1000);
  });
}

test('a snapshot begins none', () => {
  const { scene, change: happened } = change();
  const motions = new Motions();
  motions.start(scene, { ...happened, isSnapshot: true }, 0);
  expect(motions.size).toBe(0);
});
