// Conflicts of an apply, in upstream's words. Upstream: apimachinery/pkg/util/managedfields/internal/conflict.go.
import type { Status } from '../meta/meta.ts';
import { forEachPath } from './field-set.ts';
import { identityText, type Owner } from './managers.ts';
import type { Conflict } from './ownership.ts';
import { pathText } from './path-element.ts';

/** One field that another manager owns with another value. */
export interface ApplyConflict {
  /** `"kubectl" with subresource "scale" using apps/v1` */
  readonly manager: string;
  /** `.spec.template.spec.containers[name="a"].image` */
  readonly field: string;
}

function ownerText({ manager, operation, apiVersion, subresource }: Owner): string {
  const through = subresource ? ` with subresource ${JSON.stringify(subresource)}` : '';
  return JSON.stringify(manager ?? '') + through + (operation === 'Update' ? ` using ${apiVersion ?? ''}` : '');
}

/** The conflicts field by field, by manager. */
export function listConflicts(conflicts: readonly Conflict[]): readonly ApplyConflict[] {
  const sorted = [...conflicts].sort((a, b) => (identityText(a.owner) < identityText(b.owner) ? -1 : 1));
  return sorted.flatMap(({ owner, fields }) => {
    const manager = ownerText(owner);
    const found: ApplyConflict[] = [];
    forEachPath(fields, (path) => found.push({ manager, field: pathText(path) }));
    return found;
  });
}

function messageOf(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first)
    return `Apply failed with 1 conflict: conflict with ${first.manager}: ${first.field}`;
  const lines: string[] = [];
  let manager: string | undefined;
  for (const conflict of conflicts) {
    if (conflict.manager !== manager) lines.push(`conflicts with ${conflict.manager}:`);
    manager = conflict.manager;
    lines.push(`- ${conflict.field}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** The 409 of an apply that would take others' fields. */
export function applyConflictStatus(conflicts: readonly ApplyConflict[]): Status {
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${manager}`,
    field,
  }));
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: messageOf(conflicts),
    reason: 'Conflict',
    details: { causes },
    code: 409,
  };
}
