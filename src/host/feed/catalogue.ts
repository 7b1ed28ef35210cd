// What a window can offer: the faults, images and samples of this build.
import type { Catalogue } from '@/contract/feed/feed.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import { samples } from './samples.ts';

/** Told once, with the hello. */
export function catalogueOf(cluster: Cluster): Catalogue {
  return {
    faults: cluster.world.faults.map(({ name, appliesTo, explain }) => ({ name, appliesTo, explain })),
    images: cluster.world.registry.behaviours.map(({ name, explain }) => ({ name, explain })),
    samples,
  };
}
