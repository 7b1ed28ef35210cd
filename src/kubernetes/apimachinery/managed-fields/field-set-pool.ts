// One object for equal field sets: all pods of one template carry the same managedFields, and pods that differ in one address share the rest.
import type { FieldsV1 } from '../meta/meta.ts';
import { leaf } from './field-set.ts';

const generationSize = 20_000;

/** Nodes by what they hold, in two generations so that sets which nobody uses any more are forgotten. */
class FieldSetPool {
  private young = new Map<string, FieldsV1>();
  private old = new Map<string, FieldsV1>();
  private readonly ids = new WeakMap<FieldsV1, number>();
  private nextId = 1;

  share(node: FieldsV1): FieldsV1 {
    if (node === leaf || this.ids.has(node)) return node;
    let text = '';
    let copy: Record<string, FieldsV1> | undefined;
    for (const key in node) {
      const child = node[key] as FieldsV1;
      const shared = this.share(child);
      if (shared !== child) (copy ??= { ...node })[key] = shared;
      text += `${key}\n${this.ids.get(shared) ?? 0}\n`;
    }
    return text === '' ? leaf : this.known(text) ?? this.add(text, copy ?? node);
  }

  private known(text: string): FieldsV1 | undefined {
    const young = this.young.get(text);
    if (young) return young;
    const old = this.old.get(text);
    if (old) this.remember(text, old);
    return old;
  }

  private add(text: string, node: FieldsV1): FieldsV1 {
    Object.freeze(node);
    this.ids.set(node, this.nextId++);
    this.remember(text, node);
    return node;
  }

  private remember(text: string, node: FieldsV1): void {
    if (this.young.size >= generationSize) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(text, node);
  }
}

const pool = new FieldSetPool();

/** The one object that stands for this set; frozen. */
export function shared(set: FieldsV1): FieldsV1 {
  return pool.share(set);
}
