// Blocks of addresses: given out in turn, never twice.
import { expect, it } from 'vitest';
import { CidrPool } from './cidr-pool.ts';

it('gives out blocks in turn, leaves out those in use, and comes round to those given back', () => {
  const pool = new CidrPool('10.244.0.0/22', 24);
  pool.occupy('10.244.1.0/24');
  const first = [pool.take(), pool.take(), pool.take(), pool.take()];
  expect(first).toEqual(['10.244.0.0/24', '10.244.2.0/24', '10.244.3.0/24', undefined]);
  pool.release('10.244.2.0/24');
  expect([pool.take(), pool.take()]).toEqual(['10.244.2.0/24', undefined]);
});
