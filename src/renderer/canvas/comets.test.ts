// Comets: where a request is drawn at a moment, and when many become a flow.
import { expect, test } from 'vitest';
import type { PacketRow } from '@/contract/feed/feed.ts';
import { Comets } from './comets.ts';

const packet = (id: number, change: Partial<PacketRow> = {}): PacketRow => ({
  id,
  service: 'default/web',
  start: 0,
  end: 1,
  outcome: 'ok',
  path: ['user', 'service:default/web', 'machine:worker-1', 'pod:default/web-1'],
  ...change,
});

test('a comet passes its hops at constant speed, shows its outcome and is gone', () => {
  const comets = new Comets();
  comets.take([packet(1)], 1000);
  const at = (wall: number): string =>
    [...comets.active(wall)].map(([, place]) => `${place.hop} ${place.landing < 0 ? 'on its way' : 'landing'}`).join();
  expect([at(1010), at(1300), at(1500), at(1800), at(2400)]).toEqual(['0 on its way', '1 on its way', '2 on its way', '2 landing', '']);
});

test('a request under way waits at its last hop until its outcome is known', () => {
  const comets = new Comets();
  comets.take([packet(1, { outcome: 'underway' })], 1000);
  const waiting = [...comets.active(9000)].map(([, place]) => place.landing);
  comets.take([packet(1, { outcome: 'timeout' })], 9000);
  expect([waiting, [...comets.active(9010)].map(([comet]) => comet.packet.outcome)]).toEqual([[-1], ['timeout']]);
});

test('too many to tell apart become a flow with a rate per leg', () => {
  const comets = new Comets();
  comets.take([], 0);
  for (let wall = 0; wall < 1500; wall += 10)
    comets.take(
      [1, 2, 3].map((n) => packet(wall * 10 + n)),
      wall,
    );
  expect(comets.isFlow).toBe(true);
  expect(Math.round(comets.legRates.get('user>service:default/web')?.answered ?? 0)).toBeGreaterThan(250);
});
