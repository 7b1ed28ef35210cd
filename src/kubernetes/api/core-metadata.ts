// Metadata of the kinds that know which finalizers are standard: all of the first groups. Upstream: pkg/apis/core/validation/validation.go
// (ValidateObjectMeta).
import type { ObjectMeta } from '../apimachinery/meta/meta.ts';
import { index, invalid, type FieldError } from '../apimachinery/validation/field-error.ts';
import { isDns1123Subdomain, type NameRule } from '../apimachinery/validation/names.ts';
import { validateObjectMeta } from '../apimachinery/validation/object-meta.ts';

/** How the metadata of a kind is looked at. */
export interface MetadataRules {
  readonly isNamespaced: boolean;
  readonly nameRule: NameRule;
}

export const namespaced: MetadataRules = { isNamespaced: true, nameRule: isDns1123Subdomain };
export const clusterScoped: MetadataRules = { isNamespaced: false, nameRule: isDns1123Subdomain };

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** A finalizer without a domain must be one that upstream knows. */
export function validateStandardFinalizer(finalizer: string, path: string): readonly FieldError[] {
  return finalizer.includes('/') || standardFinalizers.has(finalizer)
    ? []
    : [invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}

export function validateMetadata(meta: ObjectMeta, rules: MetadataRules): readonly FieldError[] {
  const errors = validateObjectMeta(meta, rules);
  if (!meta.finalizers?.length) return errors;
  const here = 'metadata.finalizers';
  return [
    ...errors,
    ...meta.finalizers.flatMap((finalizer, at) => validateStandardFinalizer(finalizer, index(here, at))),
  ];
}
