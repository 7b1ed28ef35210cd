// Volumes of a pod: each has a name and one source. Upstream: pkg/apis/core/validation/validation.go (ValidateVolumes).
import type { ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Label, isDns1123Subdomain } from '@/kubernetes/apimachinery/validation/names.ts';
import type { Volume } from '../types.ts';
import { volumeSourceRules } from './volume-sources.ts';

/** The volumes that passed, by name, and what is wrong with the others: mounts of those are then "not found", as upstream says too. */
export interface VolumesFound {
  readonly valid: ReadonlyMap<string, Volume>;
  readonly errors: readonly FieldError[];
}

export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  meta: Partial<ObjectMeta> | undefined,
  path: string,
): VolumesFound {
  const valid = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const claims = new Map<string, string>();
  for (const volume of volumes ?? []) {
    if (volume.persistentVolumeClaim && volume.name)
      claims.set(volume.persistentVolumeClaim.claimName, volume.name);
  }
  volumes?.forEach((volume, at) => {
    const here = index(path, at);
    const found = [...validateSource(volume, here), ...validateClaimName(volume, meta, here)];
    if (!volume.name) found.push(required(child(here, 'name')));
    else
      found.push(
        ...isDns1123Label(volume.name).map((problem) => invalid(child(here, 'name'), volume.name, problem)),
      );
    if (valid.has(volume.name)) found.push(duplicate(child(here, 'name'), volume.name));
    if (found.length === 0) valid.set(volume.name, volume);
    errors.push(...found);
  });
  volumes?.forEach((volume, at) => {
    if (!volume.ephemeral || !meta?.name) return;
    const claim = `${meta.name}-${volume.name}`;
    const other = claims.get(claim);
    if (other !== undefined) {
      errors.push(
        invalid(child(index(path, at), 'name'), volume.name, `conflicting duplicate PVC name "${claim}"`),
      );
    }
  });
  return { valid, errors };
}

/** The claim that a pod brings with it is named for both. */
function validateClaimName(
  volume: Volume,
  meta: Partial<ObjectMeta> | undefined,
  path: string,
): readonly FieldError[] {
  if (!volume.ephemeral || !meta?.name || !volume.name) return [];
  const claim = `${meta.name}-${volume.name}`;
  return isDns1123Subdomain(claim).map((problem) =>
    invalid(child(path, 'name'), volume.name, `PVC name "${claim}": ${problem}`),
  );
}

function validateSource(volume: Volume, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const [name, rule] of volumeSourceRules) {
    const source = volume[name];
    if (source === undefined || source === null) continue;
    if (count > 0) errors.push(forbidden(child(path, name), 'may not specify more than 1 volume type'));
    else errors.push(...rule(source as never, child(path, name)));
    count++;
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
  return errors;
}
