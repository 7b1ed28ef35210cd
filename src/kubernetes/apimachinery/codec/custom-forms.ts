// The types that have a JSON form of their own: times, quantities, percentages, raw JSON. What Go would write back for what it read.
import { QuantityError, parseQuantity } from '../quantity/quantity.ts';
import { DurationError, goDurationText, parseGoDuration } from '../duration/duration.ts';
import { DecodeError, describe, numberText, type Decoding } from './decoding.ts';
import { structShape, type Place } from './shapes.ts';
import { canonicalMicroTime, canonicalTime, TimeError } from './go-time.ts';

export interface CustomForm {
  /** What Go writes for the zero value. */
  readonly zero: unknown;
  /** The value as Go writes it back; throws DecodeError for what the type refuses. `value` is not null. */
  decode(value: unknown, decoding: Decoding, place: Place): unknown;
}

/** Runs a parser, whose complaints end the decoding. */
function refusing<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof QuantityError || error instanceof TimeError || error instanceof DurationError)
      throw new DecodeError(error.message);
    throw error;
  }
}

/** A form written as text. Go reads literals at once, and notes lists and objects as it does any wrong type. */
function textual(zero: unknown, parse: (text: string) => string | null): CustomForm {
  return {
    zero,
    decode: (value, decoding) => {
      if (typeof value === 'string') return refusing(() => parse(value));
      const text = decoding.mismatchText(describe(value), 'string');
      if (typeof value !== 'object') throw new DecodeError(text);
      decoding.typeError ??= text;
      return zero;
    },
  };
}

/** A time; the zero one is written as null. */
function time(canonical: (text: string) => string): CustomForm {
  return textual(null, (text) => {
    const written = canonical(text);
    return written.startsWith('0001-01-01T00:00:00') ? null : written;
  });
}

const quantity: CustomForm = {
  zero: '0',
  decode: (value, _decoding, { parent, key }) => {
    const text =
      typeof value === 'number'
        ? numberText(value, parent, key)
        : typeof value === 'string'
          ? value.trim()
          : JSON.stringify(value);
    return refusing(() => parseQuantity(text)).toString();
  },
};

const intOrString: CustomForm = {
  zero: 0,
  decode: (value, decoding, { parent, key }) => {
    if (typeof value === 'string') return value;
    const written = typeof value === 'number' ? numberText(value, parent, key) : undefined;
    if (written !== undefined && value === Number(value) >> 0 && /^-?\d+$/.test(written)) return value;
    const text = decoding.mismatchText(written === undefined ? describe(value) : `number ${written}`, 'int32');
    if (typeof value !== 'object') throw new DecodeError(text);
    decoding.typeError ??= text;
    return 0;
  },
};

/** Any JSON, kept as it is. */
const raw: CustomForm = { zero: null, decode: (value) => value };

const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** A JSON schema inside another one; other JSON in its place is kept as it is. */
function innerSchema(value: unknown, decoding: Decoding): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject
    ? structShape(`${apiextensions}.JSONSchemaProps`).decode(value, decoding, { parent: undefined, key: '' })
    : value;
}

/** A JSON schema, or something else in its place: a list of them, a boolean, a list of texts. */
const schemaOrOther: CustomForm = {
  zero: null,
  decode: (value, decoding) => {
    if (!Array.isArray(value)) return innerSchema(value, decoding);
    const items = value.map((item) => innerSchema(item, decoding));
    return items.every((item, at) => item === value[at]) ? value : items;
  },
};

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

export const customForms: ReadonlyMap<string, CustomForm> = new Map([
  [`${meta}.Time`, time(canonicalTime)],
  [`${meta}.MicroTime`, time(canonicalMicroTime)],
  [`${meta}.Duration`, textual('0s', (text) => goDurationText(parseGoDuration(text)))],
  ['io.k8s.apimachinery.pkg.api.resource.Quantity', quantity],
  ['io.k8s.apimachinery.pkg.util.intstr.IntOrString', intOrString],
  [`${apiextensions}.JSONSchemaPropsOrBool`, schemaOrOther],
  [`${apiextensions}.JSONSchemaPropsOrArray`, schemaOrOther],
  [`${apiextensions}.JSONSchemaPropsOrStringArray`, schemaOrOther],
]);

/** The form of a type that facts.json marks as custom. */
export function customForm(model: string): CustomForm {
  return customForms.get(model) ?? raw;
}
