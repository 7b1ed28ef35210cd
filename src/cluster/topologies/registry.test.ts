// Every topology boots to Ready within a bound of virtual time.
import { describe, expect, it } from 'vitest';
import { createTestCluster } from '../testing/test-cluster.ts';
import { topologies, topologyOf } from './registry.ts';

const boundSeconds = 120;

describe('topologies', () => {
  it.each([...topologies.map(({ name }) => name), '12-workers'])('%s boots to Ready', (name) => {
    const { cluster } = createTestCluster(name);
    expect((cluster.clock.now - cluster.options.start) / 1e6).toBeLessThan(boundSeconds);
    expect(cluster.peek('', 'nodes')).toHaveLength(topologyOf(name)?.machines.length ?? 0);
  });

  it('knows none by another name', () => {
    expect([topologyOf('nowhere'), topologyOf('0-workers'), topologyOf('-3-workers')]).toEqual([undefined, undefined, undefined]);
  });
});
