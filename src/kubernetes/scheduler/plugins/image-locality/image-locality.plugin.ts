// ImageLocality: prefers nodes that have the pod's images already, the more so the larger they are. Upstream: image_locality.go.
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { Snapshot } from '../../cache/cache.ts';
import { maxNodeScore, type SchedulerPlugin } from '../../framework/framework.ts';

const megabyte = 1024 * 1024;
const minThreshold = 23 * megabyte;
const maxContainerThreshold = 1000 * megabyte;

/** Upstream's normal form of an image name: with a tag. */
function normalized(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
}

function sizesOf(node: NodeInfo): ReadonlyMap<string, number> {
  const images = node.node.status?.images ?? [];
  let sizes = known.get(images);
  if (!sizes) {
    sizes = new Map(
      images.flatMap((image) => image.names.map((name) => [name, image.sizeBytes ?? 0] as const)),
    );
    known.set(images, sizes);
  }
  return sizes;
}

const known = new WeakMap<object, ReadonlyMap<string, number>>();
const snapshotKey = 'ImageLocality';

export const plugin: SchedulerPlugin = {
  name: 'ImageLocality',
  explain: 'Prefers nodes that need not pull the image first.',
  weight: 1,
  preScore(state, { spec }, _nodes, snapshot) {
    const isThere = ({ image }: Container): boolean => snapshot.imageNodes(normalized(image)) > 0;
    if (!spec.containers.some(isThere) && !spec.initContainers?.some(isThere)) return true;
    state.write(snapshotKey, snapshot);
    return false;
  },
  score(state, pod: Pod, node) {
    const snapshot = state.read<Snapshot>(snapshotKey);
    const total = snapshot?.nodes.length ?? 1;
    const sizes = sizesOf(node);
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    let sum = 0;
    for (const { image } of containers) {
      const name = normalized(image ?? '');
      const size = sizes.get(name);
      if (size !== undefined) sum += Math.trunc(size * ((snapshot?.imageNodes(name) ?? 0) / total));
    }
    const maxThreshold = maxContainerThreshold * containers.length;
    const bounded = Math.min(Math.max(sum, minThreshold), maxThreshold);
    return Math.trunc((maxNodeScore * (bounded - minThreshold)) / (maxThreshold - minThreshold));
  },
};
