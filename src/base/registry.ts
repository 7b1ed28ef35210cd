// Collects the members of a kind: one folder each, found by the bundler, so that adding one touches no list.

/** What every member of a kind says of itself. */
export interface Described {
  /** The one name it goes by: upstream's where upstream has one. Unique within its kind. */
  readonly name: string;
}

/**
 * The descriptors of all modules that `import.meta.glob` found, in order of path. Each module exports exactly one
 * descriptor under `key`. Throws when one is missing or when two share a name.
 */
export function collect<T extends Described>(modules: Record<string, Record<string, unknown>>, key: string): readonly T[] {
  const members: T[] = [];
  const names = new Set<string>();
  for (const path of Object.keys(modules).sort()) {
    const member = modules[path]?.[key] as T | undefined;
    if (member === undefined) throw new Error(`${path} exports no ${key}`);
    if (names.has(member.name)) throw new Error(`${path}: the name ${member.name} is taken`);
    names.add(member.name);
    members.push(member);
  }
  return members;
}
