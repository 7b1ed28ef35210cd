// What authors of roles and bindings may leave out. Upstream: pkg/apis/rbac/v1/defaults.go.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { WriteStrategy } from '../../../resource.ts';
import { at, each, fill, put } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { rbacGroup } from './names.ts';
import type { RoleRef, Subject } from './types.ts';

type Binding = KubeObject & {
  readonly subjects?: readonly Subject[] | undefined;
  readonly roleRef: RoleRef;
};

const emptyReference: RoleRef = { apiGroup: '', kind: '', name: '' };

/** Fills in the group of what is referred to. An empty list of subjects is none. */
export function defaultBinding<T extends Binding>(given: T): T {
  const referred = fill<Binding>(given, { roleRef: emptyReference });
  const whole = at(referred, 'roleRef', (ref) =>
    ref.apiGroup === '' ? { ...ref, apiGroup: rbacGroup } : ref,
  );
  const bound = at(whole, 'subjects', (subjects) => each(subjects, defaultSubject));
  return (bound.subjects?.length === 0 ? put(bound, 'subjects', undefined) : bound) as T;
}

function defaultSubject(subject: Subject): Subject {
  const isPerson = subject.kind === 'User' || subject.kind === 'Group';
  return isPerson && !subject.apiGroup ? { ...subject, apiGroup: rbacGroup } : subject;
}

type AnyRole = KubeObject & { readonly rules: readonly unknown[] | null };

/** A role without rules says so with null, as upstream writes a list that is not there. */
function withoutEmptyRules<T extends AnyRole>(role: T): T {
  return role.rules === null || (role.rules?.length ?? 0) > 0 ? role : { ...role, rules: null };
}

/** How roles are written. That the list of rules is empty is seen only when they are stored: who wrote it owns it. */
export function roleStrategy<T extends AnyRole>(): WriteStrategy<T> {
  const plain = plainStrategy<T>({ allowCreateOnUpdate: true });
  return {
    ...plain,
    prepareForCreate: (role) => withoutEmptyRules(role),
    prepareForUpdate: (next, previous, context) =>
      withoutEmptyRules(plain.prepareForUpdate(next, previous, context)),
  };
}
