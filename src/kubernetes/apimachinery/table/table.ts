// Tables as kubectl prints them: columns of a kind and the cells of one object. Upstream: meta/v1 Table.
import type { Instant } from '@/simulation/clock/duration.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `name` for the first column, else ''. */
  readonly format: '' | 'name';
  readonly description: string;
  /** 0 always shown, 1 with `-o wide`. */
  readonly priority: 0 | 1;
}

export interface TablePrinter<T> {
  readonly columns: readonly TableColumn[];
  /** One value per column. `now` is for ages. */
  cells(object: T, now: Instant): readonly (string | number | boolean | null)[];
  /** Conditions of the row, e.g. Completed for finished pods. */
  conditions?(object: T): readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[];
}
