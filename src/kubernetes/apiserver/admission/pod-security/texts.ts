// How checks name what they found.

export const quoted = (items: readonly string[]): string => items.map((item) => `"${item}"`).join(', ');

/** `container "a"`, `containers "a", "b"`. */
export function named(one: string, names: readonly string[]): string {
  return `${names.length === 1 ? one : `${one}s`} ${quoted(names)}`;
}

/** The items once each, in order. */
export const sorted = (items: Iterable<string>): readonly string[] => [...new Set(items)].sort();

/** `pod`, `pod and container "a"`: who set what is forbidden. */
export function setters(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])].join(' and ');
}
