// Random runs with all checkers watching: topologies, load and faults drawn from the seed, healed, settled.
import { expect, it } from 'vitest';
import { runSwarmSeed } from './swarm.ts';

const seeds = 200;

it(`${seeds} random runs break no promise`, { timeout: 600_000 }, () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const { findings, story, topology } = runSwarmSeed(seed);
    if (findings.length > 0) broken.push(`seed ${seed} on ${topology}`, ...story, ...findings);
  }
  expect(broken).toEqual([]);
});
