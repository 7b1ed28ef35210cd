// Which objects a list, a watch or a deletion of many is about: its label and field selectors. Upstream: apiserver/pkg/registry/generic/matcher.go.
import {
  everyField,
  FieldSelectorError,
  parseFieldSelector,
  type FieldSelector,
} from '../../apimachinery/fields/fields.ts';
import { everything, parseSelector, SelectorError, type Selector } from '../../apimachinery/labels/labels.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { StatusError, type ApiRequest } from '../../apimachinery/rest/rest.ts';
import { badRequest } from '../../apimachinery/status/status.ts';
import type { WatchScope } from '../storage/watch-cache.ts';
import type { ServedResource } from './served-resource.ts';

/** What is selected, and what is known of it beforehand. */
export interface Selection extends WatchScope {
  /** The only object that can match, when the selectors name one. */
  readonly name: string | undefined;
  readonly isEverything: boolean;
  /** Whether selectors narrow it, beside the namespace. */
  readonly hasSelectors: boolean;
}

const noLabels: Readonly<Record<string, string>> = {};

/** Reads the selectors of a request; throws BadRequest for texts that are none and for fields that cannot be selected by. */
export function selectionOf(resource: ServedResource, request: ApiRequest): Selection {
  const { options } = request;
  const labels = parseLabels(options?.labelSelector);
  const fields = parseFields(resource, options?.fieldSelector);
  const namespace = request.namespace === undefined || request.namespace === '' ? undefined : request.namespace;
  const exactFields: Record<string, string> = {};
  for (const { operator, field, value } of fields.requirements) if (operator === '=') exactFields[field] = value;
  if (request.name !== undefined) exactFields['metadata.name'] = request.name;
  const name = exactFields['metadata.name'];
  const needsFields = !fields.isEverything;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    exactFields,
    name,
    isEverything: labels.isEverything && !needsFields && name === undefined,
    hasSelectors: !labels.isEverything || needsFields,
    matches(object: KubeObject): boolean {
      if (name !== undefined && object.metadata.name !== name) return false;
      if (!labels.isEverything && !labels.matches(object.metadata.labels ?? noLabels)) return false;
      return (
        !needsFields ||
        fields.requirements.every(
          ({ field, operator, value }) => ((resource.fieldOf(object, field) ?? '') === value) === (operator === '='),
        )
      );
    },
  };
}

function parseLabels(text: string | undefined): Selector {
  if (!text) return everything;
  try {
    return parseSelector(text);
  } catch (error) {
    if (error instanceof SelectorError) throw new StatusError(badRequest(error.message));
    throw error;
  }
}

function parseFields(resource: ServedResource, text: string | undefined): FieldSelector {
  if (!text) return everyField;
  let selector: FieldSelector;
  try {
    selector = parseFieldSelector(text);
  } catch (error) {
    if (error instanceof FieldSelectorError) throw new StatusError(badRequest(error.message));
    throw error;
  }
  for (const { field } of selector.requirements)
    if (!isSelectable(resource, field)) throw new StatusError(badRequest(unsupported(resource, field)));
  return selector;
}

function isSelectable({ descriptor, isNamespaced }: ServedResource, field: string): boolean {
  if (field === 'metadata.name') return true;
  const own = descriptor.selectableFieldNames ?? [];
  return own.includes(field) || (field === 'metadata.namespace' && (isNamespaced || own.length === 0));
}

/** Upstream's kinds with a conversion of their own word it in their own ways. */
function unsupported({ descriptor }: ServedResource, field: string): string {
  if ((descriptor.selectableFieldNames ?? []).length === 0) {
    return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
  }
  return descriptor.group === '' || descriptor.group === 'events.k8s.io'
    ? `field label not supported: ${field}`
    : `field label ${JSON.stringify(field)} not supported for ${descriptor.kind}`;
}
