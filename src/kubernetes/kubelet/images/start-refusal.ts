// Why a container cannot be started now.
import type { Instant } from '@/simulation/clock/duration.ts';

/** Its reason and message become the container's waiting state. */
export class StartRefusal extends Error {
  override readonly name = 'StartRefusal';
  constructor(
    readonly reason: string,
    message: string,
    /** When it is worth another try, if that is known. */
    readonly retryAt?: Instant,
  ) {
    super(message);
  }
}
