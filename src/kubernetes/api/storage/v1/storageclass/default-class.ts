// Which StorageClass claims get that name none. Upstream: pkg/volume/util/storageclass.go.
import type { StorageClass } from './types.ts';

const annotation = 'storageclass.kubernetes.io/is-default-class';
const betaAnnotation = 'storageclass.beta.kubernetes.io/is-default-class';

export function isDefaultClass({ metadata }: StorageClass): boolean {
  return metadata.annotations?.[annotation] === 'true' || metadata.annotations?.[betaAnnotation] === 'true';
}

/** The youngest of those that are marked as default; of equally old ones the first by name. */
export function defaultClassOf(classes: Iterable<StorageClass>): StorageClass | undefined {
  let best: StorageClass | undefined;
  for (const one of classes) {
    if (!isDefaultClass(one)) continue;
    if (!best || isBefore(one, best)) best = one;
  }
  return best;
}

function isBefore(a: StorageClass, b: StorageClass): boolean {
  const [age, other] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  return age === other ? a.metadata.name < b.metadata.name : age > other;
}
