// Access modes as tables print them. Upstream: pkg/apis/core/v1/helper/helpers.go (GetAccessModesAsString).
import type { PersistentVolumeClaimSpec } from '../podspec/types.ts';

const short = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** `RWO,RWX`: each mode once, in a fixed order. */
export function accessModesText(modes: PersistentVolumeClaimSpec['accessModes'] = []): string {
  return short
    .filter(([mode]) => modes.includes(mode))
    .map(([, letters]) => letters)
    .join(',');
}
