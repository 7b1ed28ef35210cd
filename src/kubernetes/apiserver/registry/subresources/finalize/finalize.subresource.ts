// Finishing off a namespace: its finalizers are taken away when its content is gone. Upstream: pkg/registry/core/namespace (FinalizeREST).
import type { SubresourceDescriptor } from '../subresource.ts';
import type { Namespace } from '../../../../api/core/v1/namespace/types.ts';
import { invalid, type FieldError } from '../../../../apimachinery/validation/field-error.ts';
import { isQualifiedName } from '../../../../apimachinery/validation/names.ts';
import { objectOf } from '../../body.ts';
import { track } from '../../field-tracking.ts';
import { checkName } from '../../names.ts';
import { updateObject } from '../../update.ts';

const standard: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function validateFinalizer(field: string, finalizer: string): readonly FieldError[] {
  const errors = isQualifiedName(finalizer).map((problem) => invalid(field, finalizer, problem));
  const isComplete = finalizer.includes('/') || standard.has(finalizer);
  return isComplete
    ? errors
    : [...errors, invalid(field, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')];
}

export const subresource: SubresourceDescriptor = {
  name: 'namespaces/finalize',
  explain: 'Takes the finalizers off a namespace that is being deleted.',
  verbs: ['update'],
  *handle(request) {
    const body = objectOf(request) as Namespace;
    checkName(request, body);
    const { object } = yield* updateObject(request, body.metadata.name, {
      note: { reason: 'Finalized', deed: 'had its finalizers changed' },
      strategy: 'none',
      checksUid: true,
      validate: (next) =>
        ((next as Namespace).spec.finalizers ?? []).flatMap((finalizer, at) =>
          validateFinalizer(`spec.finalizers[${at}]`, finalizer),
        ),
      produce: (live) => {
        const { status } = live as Namespace;
        return track(request, live, { ...body, status } as Namespace);
      },
    });
    return { code: 200, body: object };
  },
};
