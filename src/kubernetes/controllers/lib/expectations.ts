// What a controller has asked for and not yet seen in its informers, so that it does not ask twice.
// Upstream: pkg/controller/controller_utils.go (UIDTrackingControllerExpectations).
import { between, minutes, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';

/** After this an expectation counts as met: a watch event was lost, or something else went wrong. */
const timeout = minutes(5);

interface Expected {
  creations: number;
  readonly deletions: Set<string>;
  readonly since: Instant;
}

/** Per owner key: how many creations and which deletions are still to be seen. */
export class Expectations {
  private readonly expected = new Map<string, Expected>();

  constructor(private readonly context: Context) {}

  expectCreations(key: string, count: number): void {
    this.expected.set(key, { creations: count, deletions: new Set(), since: this.context.now });
  }

  expectDeletions(key: string, objects: readonly string[]): void {
    this.expected.set(key, { creations: 0, deletions: new Set(objects), since: this.context.now });
  }

  /** Beside the deletions that are expected already. */
  alsoExpectCreations(key: string, count: number): void {
    const expected = this.expected.get(key);
    if (expected) expected.creations = count;
    else this.expectCreations(key, count);
  }

  creationObserved(key: string): void {
    const expected = this.expected.get(key);
    if (expected) expected.creations--;
  }

  deletionObserved(key: string, object: string): void {
    this.expected.get(key)?.deletions.delete(object);
  }

  /** Whether all that was expected was seen, or nothing ever was expected, or it is too long ago. */
  isSatisfied(key: string): boolean {
    const expected = this.expected.get(key);
    if (!expected) return true;
    if (expected.creations <= 0 && expected.deletions.size === 0) return true;
    return between(expected.since, this.context.now) > timeout;
  }

  forget(key: string): void {
    this.expected.delete(key);
  }
}
