// Cells of the tables of roles and bindings. Upstream: pkg/printers/internalversion/printers.go (printRoleBinding).
import type { Instant } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { TableColumn } from '@/kubernetes/apimachinery/table/table.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import type { RoleRef, Subject } from './types.ts';

/** When a role was made; as time, not as age. */
export const createdAtColumn: TableColumn = column('Created At', ageColumn.description, { type: 'date' });

/** `kindName` as descriptions spell it: `roleBinding`. */
export function bindingColumns(kindName: string, roleDescription: string): readonly TableColumn[] {
  return [
    nameColumn,
    column('Role', roleDescription),
    ageColumn,
    ...['Users', 'Groups', 'ServiceAccounts'].map((who) =>
      column(who, `${who} in the ${kindName}`, { priority: 1 }),
    ),
  ];
}

type Binding = KubeObject & {
  readonly subjects?: readonly Subject[] | undefined;
  readonly roleRef: RoleRef;
};

export function bindingCells({ metadata, roleRef, subjects = [] }: Binding, now: Instant): readonly string[] {
  const named = (kind: string): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(({ name, namespace }) => (kind === 'ServiceAccount' ? `${namespace ?? ''}/${name}` : name))
      .join(', ');
  return [
    metadata.name,
    `${roleRef.kind}/${roleRef.name}`,
    age(metadata.creationTimestamp, now),
    named('User'),
    named('Group'),
    named('ServiceAccount'),
  ];
}
