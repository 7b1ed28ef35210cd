// Selectors of owners, parsed once per selector object however many pods are held against it.
import {
  nothing,
  selectorFromLabelSelector,
  selectorFromSet,
  type Selector,
} from '@/kubernetes/apimachinery/labels/labels.ts';
import type { LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';

const parsed = new WeakMap<object, Selector>();

function remembered(source: object | undefined, parse: () => Selector): Selector {
  if (!source) return nothing;
  const known = parsed.get(source);
  if (known) return known;
  const selector = parse();
  parsed.set(source, selector);
  return selector;
}

/** The set-based selector of a spec; absent selects nothing. */
export function selectorOf(source: LabelSelector | undefined): Selector {
  return remembered(source, () => selectorFromLabelSelector(source as LabelSelector));
}

/** The equality-based selector of a Service or a ReplicationController; absent or empty selects nothing. */
export function setSelectorOf(source: Readonly<Record<string, string>> | undefined): Selector {
  if (!source || Object.keys(source).length === 0) return nothing;
  return remembered(source, () => selectorFromSet(source));
}
