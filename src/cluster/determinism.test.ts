// Same seed, same run: to the byte of etcd and to the last occurrence.
import { describe, expect, it } from 'vitest';
import { createTestCluster } from './testing/test-cluster.ts';
import { runSwarmSeed } from './swarm/swarm.ts';

function play(seed: number): string[] {
  const test = createTestCluster('two-zones', seed).deploy('web', 5).run(20).inject('machine-unplugged', 'worker-5').run(400).heal('machine-unplugged', 'worker-5').run(60);
  return [test.cluster.etcdHash(), test.cluster.occurrences.hashHex];
}

describe('determinism', () => {
  it('gives the same hashes for the same seed and others for another', () => {
    expect(play(7)).toEqual(play(7));
    expect(play(8)).not.toEqual(play(7));
  });

  it('holds for a random run', () => {
    expect(runSwarmSeed(31)).toEqual(runSwarmSeed(31));
  });
});
