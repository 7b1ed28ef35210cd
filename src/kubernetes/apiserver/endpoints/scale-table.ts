// The columns of a Scale, whatever it is the scale of. Upstream: pkg/printers/internalversion/printers.go (printScale).
import { age, ageColumn, column, nameColumn } from '../../api/columns.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import type { TablePrinter } from '../../apimachinery/table/table.ts';

interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number };
}

export const scaleTable: TablePrinter<KubeObject> = {
  columns: [
    nameColumn,
    column('Desired', 'replicas is the desired number of instances for the scaled object.', { type: 'integer' }),
    {
      ...column('Available', 'replicas is the actual number of observed instances of the scaled object.'),
      type: 'integer',
    },
    ageColumn,
  ],
  cells(object, now) {
    const { metadata, spec, status } = object as Scale;
    return [metadata.name, spec.replicas ?? 0, status.replicas, age(metadata.creationTimestamp, now)];
  },
};
