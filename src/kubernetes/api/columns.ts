// Columns and cells that many tables share. Upstream: pkg/printers/internalversion/printers.go.
import { between, inSeconds, parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { selectorFromLabelSelector } from '../apimachinery/labels/labels.ts';
import type { LabelSelector } from '../apimachinery/meta/meta.ts';
import { humanDuration } from '../apimachinery/duration/duration.ts';
import type { TableColumn } from '../apimachinery/table/table.ts';
import type { Container } from './core/v1/podspec/types.ts';

/** A column of texts that is always shown, unless said otherwise. */
export function column(
  name: string,
  description: string,
  options: Partial<Omit<TableColumn, 'name' | 'description'>> = {},
): TableColumn {
  return { name, type: 'string', format: '', description, priority: 0, ...options };
}

export const nameColumn: TableColumn = column(
  'Name',
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names',
  { format: 'name' },
);

export const ageColumn: TableColumn = column(
  'Age',
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
);

/** How long ago `time` was, as kubectl says it; `<unknown>` when there is none. */
export function age(time: string | null | undefined, now: Instant): string {
  const at = time ? parseRfc3339(time) : undefined;
  return at === undefined ? '<unknown>' : humanDuration(inSeconds(between(at, now)));
}

/** `text`, or `<none>` when it is empty. */
export const orNone = (text: string | undefined): string => text || '<none>';

/** `a=1,b=2` in order of keys, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return orNone(keys.map((key) => `${key}=${labels?.[key]}`).join(','));
}

/** The cells Containers and Images of a pod template. */
export function containerCells(containers: readonly Container[]): [string, string] {
  return [containers.map((one) => one.name).join(','), containers.map((one) => one.image).join(',')];
}

/** A label selector as one text; `<none>` for one that selects everything. */
export function selectorText(selector: LabelSelector | undefined): string {
  return selector === undefined ? '<none>' : orNone(selectorFromLabelSelector(selector).toString());
}
