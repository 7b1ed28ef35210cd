// One refusal of one field, as validation functions return them and as a Status lists them. Upstream: apimachinery/pkg/util/validation/field.
import { goJson, goQuote } from '@/base/text.ts';

export type FieldErrorType =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueDuplicate'
  | 'FieldValueNotFound'
  | 'FieldValueTypeInvalid'
  | 'InternalError';

/** `type` is the reason of the cause in a Status; `field` a path such as `spec.containers[0].name`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly badValue?: unknown;
  readonly detail: string;
}

const heads: Readonly<Record<FieldErrorType, string>> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueNotFound: 'Not found',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
};

const withoutValue: ReadonlySet<FieldErrorType> = new Set([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
  'FieldValueTypeInvalid',
]);

export function required(field: string, detail = ''): FieldError {
  return { type: 'FieldValueRequired', field, badValue: '', detail };
}

export function invalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueInvalid', field, badValue, detail };
}

/** `supported` appears in the message in the order given. */
export function notSupported(field: string, badValue: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length > 0 ? `supported values: ${supported.map(goQuote).join(', ')}` : '';
  return { type: 'FieldValueNotSupported', field, badValue, detail };
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: 'FieldValueForbidden', field, badValue: '', detail };
}

/** Longer than `limit` bytes. */
export function tooLong(field: string, limit: number): FieldError {
  const detail = limit >= 0 ? `may not be more than ${limit} byte${limit === 1 ? '' : 's'}` : 'value is too long';
  return { type: 'FieldValueTooLong', field, badValue: '', detail };
}

/** More than `limit` items; a negative `limit` keeps silent about it. */
export function tooMany(field: string, actual: number, limit: number): FieldError {
  const detail = limit >= 0 ? `must have at most ${limit} item${limit === 1 ? '' : 's'}` : 'has too many items';
  return { type: 'FieldValueTooMany', field, badValue: actual < 0 ? '' : actual, detail };
}

export function duplicate(field: string, badValue: unknown): FieldError {
  return { type: 'FieldValueDuplicate', field, badValue, detail: '' };
}

export function notFound(field: string, badValue: unknown): FieldError {
  return { type: 'FieldValueNotFound', field, badValue, detail: '' };
}

/** The value has another JSON type than the field. */
export function typeInvalid(field: string, badValue: unknown, detail: string): FieldError {
  return { type: 'FieldValueTypeInvalid', field, badValue, detail };
}

export function internalError(field: string, message: string): FieldError {
  return { type: 'InternalError', field, detail: message };
}

/** For {@link invalid}, when the message should not repeat the value. Upstream: field.OmitValueType. */
export const omittedValue: unique symbol = Symbol('omitted value');

function shown(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'object' && value !== null) return goJson(value);
  return value === undefined ? 'null' : String(value);
}

/** The message of the cause: without the field's name. */
export function fieldErrorBody(error: FieldError): string {
  const head = heads[error.type];
  const isBare = withoutValue.has(error.type) || error.badValue === omittedValue;
  const body = isBare ? head : `${head}: ${shown(error.badValue)}`;
  return error.detail === '' ? body : `${body}: ${error.detail}`;
}

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0`; a field without a path is `<nil>`. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field === '' ? '<nil>' : error.field}: ${fieldErrorBody(error)}`;
}

/** Several errors as one message: the only one, or all in brackets, each text once. Upstream: ErrorList.ToAggregate. */
export function aggregateText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorText))];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

/** The path of a member: `spec` and `replicas` give `spec.replicas`. */
export function child(path: string, ...names: readonly string[]): string {
  const tail = names.join('.');
  return path === '' ? tail : `${path}.${tail}`;
}

/** The path of a list's item. */
export function index(path: string, at: number): string {
  return `${path}[${at}]`;
}

/** The path of a map's entry: `data[tls.key]`. */
export function key(path: string, name: string): string {
  return `${path}[${name}]`;
}
