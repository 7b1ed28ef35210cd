// Assertions that stay on in the shipped app: a broken one stops the session instead of showing a false cluster.

/** Thrown by {@link assert}: a promise of our own code was broken. Never used for bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws {@link AssertionError} unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Gives back `value`, asserting that it is neither null nor undefined. */
export function defined<T>(value: T | null | undefined, message: string): T {
  assert(value !== null && value !== undefined, message);
  return value;
}

/** For the default branch of a switch over a union: fails to compile when a member is forgotten. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`);
}
