// What metadata must be on every object, and what an update may do to it. Upstream: apimachinery/pkg/api/validation/objectmeta.go.
import { equalJson } from '@/base/json.ts';
import { goQuote, utf8Length } from '@/base/text.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../meta/meta.ts';
import { validateFieldManager, validateFinalizerName } from './domain-names.ts';
import { child, forbidden, index, invalid, required, tooLong, type FieldError } from './field-error.ts';
import { asPrefix, isDns1123Label, isQualifiedName, isValidLabelValue, type NameRule } from './names.ts';

/** All annotations of an object together, in bytes. */
export const totalAnnotationSizeLimit = 256 * 1024;

const immutable = 'field is immutable';

export interface ObjectMetaRules {
  readonly isNamespaced: boolean;
  /** What the name must look like for this kind. */
  readonly nameRule: NameRule;
}

export function validateObjectMeta(
  meta: Partial<ObjectMeta>,
  { isNamespaced, nameRule }: ObjectMetaRules,
  path = 'metadata',
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name = '', namespace = '', generateName = '' } = meta;
  if (generateName !== '') {
    errors.push(
      ...asPrefix(nameRule)(generateName).map((problem) => invalid(child(path, 'generateName'), generateName, problem)),
    );
  }
  if (name === '') errors.push(required(child(path, 'name'), 'name or generateName is required'));
  else errors.push(...nameRule(name).map((problem) => invalid(child(path, 'name'), name, problem)));
  if (isNamespaced) {
    if (namespace === '') errors.push(required(child(path, 'namespace')));
    else errors.push(...isDns1123Label(namespace).map((problem) => invalid(child(path, 'namespace'), namespace, problem)));
  } else if (namespace !== '') errors.push(forbidden(child(path, 'namespace'), 'not allowed on this type'));
  if ((meta.generation ?? 0) < 0)
    errors.push(invalid(child(path, 'generation'), meta.generation, 'must be greater than or equal to 0'));
  errors.push(...validateLabels(meta.labels, child(path, 'labels')));
  errors.push(...validateAnnotations(meta.annotations, child(path, 'annotations')));
  errors.push(...validateOwnerReferences(meta.ownerReferences, child(path, 'ownerReferences')));
  errors.push(...validateFinalizers(meta.finalizers, child(path, 'finalizers')));
  errors.push(...validateManagedFields(meta.managedFields, child(path, 'managedFields')));
  return errors;
}

const validLabels = new WeakSet<object>();

/** Labels of any object; a map that passed is not looked at again. */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): readonly FieldError[] {
  if (labels === undefined || labels === null || validLabels.has(labels)) return [];
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(labels)) {
    errors.push(...isQualifiedName(name).map((problem) => invalid(path, name, problem)));
    errors.push(...isValidLabelValue(value).map((problem) => invalid(path, value, problem)));
  }
  if (errors.length === 0) validLabels.add(labels);
  return errors;
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [name, value] of Object.entries(annotations ?? {})) {
    errors.push(...isQualifiedName(name.toLowerCase()).map((problem) => invalid(path, name, problem)));
    size += utf8Length(name) + utf8Length(value);
  }
  if (size > totalAnnotationSizeLimit) errors.push(tooLong(path, totalAnnotationSizeLimit));
  return errors;
}

function validateOwnerReferences(owners: readonly OwnerReference[] | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  let controller: OwnerReference | undefined;
  for (const owner of owners ?? []) {
    errors.push(...validateOwnerReference(owner, path));
    if (owner.controller !== true) continue;
    if (controller !== undefined) {
      const both = `references for ${controller.kind}/${controller.name} and ${owner.kind}/${owner.name}`;
      errors.push(invalid(path, owners, `Only one reference can have Controller set to true. Found "true" in ${both}`));
    }
    controller = owner;
  }
  return errors;
}

function validateOwnerReference(owner: OwnerReference, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const parts = owner.apiVersion.split('/');
  const [group, version] = parts.length === 2 ? parts : ['', parts.length === 1 ? parts[0] : ''];
  if (!version) errors.push(invalid(child(path, 'apiVersion'), owner.apiVersion, 'version must not be empty'));
  for (const member of ['kind', 'name', 'uid'] as const) {
    if (owner[member] === '') errors.push(invalid(child(path, member), '', 'must not be empty'));
  }
  if (owner.kind === 'Event' && version === 'v1' && (group === '' || group === 'events.k8s.io')) {
    errors.push(invalid(path, owner, `${group}/${version}, Kind=${owner.kind} is disallowed from being an owner`));
  }
  return errors;
}

export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): readonly FieldError[] {
  const errors = (finalizers ?? []).flatMap((finalizer) => validateFinalizerName(path, finalizer));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
  return errors;
}

const maxSubresourceNameLength = 256;

function validateManagedFields(entries: readonly ManagedFieldsEntry[] | undefined, path: string): readonly FieldError[] {
  return (entries ?? []).flatMap((entry, at) => {
    const errors: FieldError[] = [];
    const here = index(path, at);
    const { operation, fieldsType = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update')
      errors.push(invalid(child(here, 'operation'), operation ?? '', 'must be `Apply` or `Update`'));
    if (!['', 'FieldsV1'].includes(fieldsType)) errors.push(invalid(child(here, 'fieldsType'), fieldsType, 'must be `FieldsV1`'));
    errors.push(...validateFieldManager(child(here, 'manager'), entry.manager ?? ''));
    if (utf8Length(entry.subresource ?? '') > maxSubresourceNameLength)
      errors.push(tooLong(child(here, 'subresource'), maxSubresourceNameLength));
    return errors;
  });
}

/** What may not change between two states of one object. */
export function validateObjectMetaUpdate(
  next: Partial<ObjectMeta>,
  previous: Partial<ObjectMeta>,
  path = 'metadata',
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (previous.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter((finalizer) => !previous.finalizers?.includes(finalizer)).sort();
    if (added.length > 0) {
      const shown = `[]string{${added.map(goQuote).join(', ')}}`;
      errors.push(
        forbidden(
          child(path, 'finalizers'),
          `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`,
        ),
      );
    }
  }
  if (!next.resourceVersion)
    errors.push(invalid(child(path, 'resourceVersion'), next.resourceVersion ?? '', 'must be specified for an update'));
  if ((next.generation ?? 0) < (previous.generation ?? 0)) {
    errors.push(invalid(child(path, 'generation'), next.generation ?? 0, 'must not be decremented'));
  }
  const fixed = (name: keyof ObjectMeta, empty: unknown): void => {
    if (!equalJson(next[name] ?? empty, previous[name] ?? empty))
      errors.push(invalid(child(path, name), next[name] ?? empty, immutable));
  };
  fixed('name', '');
  fixed('namespace', '');
  fixed('uid', '');
  fixed('creationTimestamp', null);
  fixed('deletionTimestamp', null);
  fixed('deletionGracePeriodSeconds', null);
  errors.push(...validateLabels(next.labels, child(path, 'labels')));
  errors.push(...validateAnnotations(next.annotations, child(path, 'annotations')));
  errors.push(...validateOwnerReferences(next.ownerReferences, child(path, 'ownerReferences')));
  errors.push(...validateManagedFields(next.managedFields, child(path, 'managedFields')));
  return errors;
}

/** A value that may not change: one error, or none. */
export function validateImmutableField(next: unknown, previous: unknown, path: string): readonly FieldError[] {
  return equalJson(next, previous) ? [] : [invalid(path, next, immutable)];
}
