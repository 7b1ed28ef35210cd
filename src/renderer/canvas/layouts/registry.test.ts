// The laws of layouts: everything has a place of its own, whatever the order it came in.
import { expect, test } from 'vitest';
import { cardRect, overlap } from '../geometry.ts';
import type { LaidMachine } from './layout.ts';
import { layouts } from './registry.ts';

function machines(count: number, zones: number): readonly LaidMachine[] {
  return Array.from({ length: count }, (_, i) => ({
    name: i === 0 ? 'control-plane' : `worker-${i}`,
    zone: `zone-${i % zones}`,
    role: i === 0 ? 'control-plane' : 'worker',
  }));
}

for (const layout of layouts) {
  for (const [count, zones] of [
    [1, 1],
    [4, 1],
    [13, 3],
    [201, 4],
  ] as const) {
    test(`${layout.name}: ${count} machines in ${zones} zones stand inside their racks and never on one another`, () => {
      const set = machines(count, zones);
      const { homes, racks, bays } = layout.arrange(set);
      const rects = set.map((one) => cardRect(homes.get(one.name) ?? { x: NaN, y: NaN }));
      const others = [bays.unplug, bays.powerOff];
      for (const [index, rect] of rects.entries()) {
        expect(racks.some((rack) => overlap(rack.rect, rect) === rect.w * rect.h)).toBe(true);
        expect(rects.slice(index + 1).every((other) => overlap(rect, other) === 0)).toBe(true);
        expect(others.every((other) => overlap(rect, other) === 0)).toBe(true);
      }
    });
  }

  test(`${layout.name}: the same machines in any order stand in the same places`, () => {
    const set = machines(9, 2);
    expect(layout.arrange([...set].reverse())).toEqual(layout.arrange(set));
  });
}
