// Arithmetic on resource amounts as texts, for defaults. Broken texts are left as they are: validation names them.
import { put } from '../../../sharing.ts';
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';

/** `a` and `b` together, in the form of `a`. */
export function addQuantities(a: string, b: string): string {
  return parseQuantity(a).add(parseQuantity(b)).toString();
}

export function isZeroQuantity(text: string): boolean {
  return parseQuantity(text).cmp(parseQuantity('0')) === 0;
}

const finerThanMilli = /[nu]$|\.\d{3,}|e-|E-/;

/** `text` with what is finer than a thousandth rounded up, as the API server stores amounts. */
export function roundUpToMilli(text: string): string {
  return finerThanMilli.test(text) ? parseQuantity(text).roundUp(-3).toString() : text;
}

/** All amounts of a list, rounded so; the same reference when none changed. */
export function roundAmounts(amounts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let rounded = amounts;
  for (const name of Object.keys(amounts))
    rounded = put(rounded, name, roundUpToMilli(amounts[name] as string));
  return rounded;
}
