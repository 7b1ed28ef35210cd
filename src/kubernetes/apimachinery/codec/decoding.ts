// One decoding under way: where it is, what it found wrong. Go notes the first value of a wrong type and goes on; a value that refuses itself ends it.
import { writtenNumber } from '@/base/json-text.ts';

/** Ends a decoding at once: a time, a quantity, a percentage that cannot be read. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** A step on the way down: a field of a struct, an item of a list or an entry of a map. */
export type Step =
  | { readonly field: string; readonly goPath: string; readonly struct: string }
  | { readonly index: number }
  | { readonly key: string };

export class Decoding {
  private readonly steps: Step[] = [];
  /** The first value of a wrong type, in Go's words. */
  typeError: string | undefined;
  /** Fields that the type does not have: `unknown field "spec.foo"`. */
  readonly unknown: string[] = [];

  enter(step: Step): void {
    this.steps.push(step);
  }

  leave(): void {
    this.steps.pop();
  }

  unknownField(name: string): void {
    this.unknown.push(`unknown field "${this.path === '' ? name : `${this.path}.${name}`}"`);
  }

  /** Notes that `value` is not of the Go type `goType`. */
  mismatch(value: unknown, goType: string): void {
    this.typeError ??= this.mismatchText(describe(value), goType);
  }

  /** As {@link mismatch}, for a number that its type cannot hold. */
  badNumber(text: string, goType: string): void {
    this.typeError ??= this.mismatchText(`number ${text}`, goType);
  }

  /** The text of the mismatch, for values that end the decoding. */
  mismatchText(shown: string, goType: string): string {
    const fields = this.steps.filter((step) => 'field' in step);
    const last = fields[fields.length - 1];
    if (last === undefined) return `json: cannot unmarshal ${shown} into Go value of type ${goType}`;
    return `json: cannot unmarshal ${shown} into Go struct field ${last.struct}.${fields.map((step) => step.goPath).join('.')} of type ${goType}`;
  }

  /** The struct and field that the value stands in, to know its Go type by. */
  get innermost(): { readonly struct: string; readonly field: string } | undefined {
    for (let i = this.steps.length - 1; i >= 0; i--) {
      const step = this.steps[i];
      if (step !== undefined && 'field' in step) return step;
    }
    return undefined;
  }

  private get path(): string {
    let path = '';
    for (const step of this.steps) {
      if ('index' in step) path += `[${step.index}]`;
      else path += `${path === '' ? '' : '.'}${'field' in step ? step.field : step.key}`;
    }
    return path;
  }
}

/** A JSON value's kind as Go's messages name it. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** How a number that stands at `key` of `parent` was written. */
export function numberText(value: number, parent: object | undefined, key: string | number): string {
  return (parent === undefined ? undefined : writtenNumber(parent, key)) ?? String(value);
}
