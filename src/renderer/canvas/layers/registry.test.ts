// The laws of layers: the same stores give the same elements.
import { expect, test } from 'vitest';
import { words } from '../../locales/words.ts';
import { frame, fullFrame, hello, machine } from '../../testing/feed.ts';
import { testWindow } from '../../testing/window.tsx';
import { Scene } from '../scene.ts';
import { layers } from './registry.ts';

function scenes(): readonly Scene[] {
  const window = testWindow();
  const empty = new Scene(window.stores.cluster, window.stores.view, words);
  const full = testWindow();
  full.feed(hello, fullFrame(), frame({ machines: [machine(2, { isConnected: false })] }));
  const filled = new Scene(full.stores.cluster, full.stores.view, words);
  filled.update();
  filled.lookedAtService = 'default/web';
  return [empty, filled];
}

for (const layer of layers) {
  test(`${layer.name}: paints or gives elements, and the same stores give the same elements`, () => {
    expect(layer.paint ?? layer.elements).toBeTypeOf('function');
    for (const scene of scenes()) expect(layer.elements?.(scene)).toEqual(layer.elements?.(scene));
  });
}

test('a Service that is looked at has cables to the machines behind it, and only then', () => {
  const [, scene] = scenes();
  const cables = (): readonly unknown[] =>
    layers
      .flatMap((layer) => layer.elements?.(scene!) ?? [])
      .filter((element) => element.data['kind'] === 'cable')
      .map((element) => element.data.id);
  const lookedAt = cables();
  scene!.lookedAtService = '';
  expect([lookedAt, cables()]).toEqual([['cable:service:default/web>worker-1'], []]);
});
