// How fast a script runs: one that never waits is made to wait now and then, else it would hold virtual time forever.
import { milliseconds, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ContainerContext } from '../container-context.ts';

/** Commands between two pauses for breath, and how long such a pause is: longer for a script that does nothing but compute. */
const commandsPerBreath = 200;
const shortBreath = milliseconds(10);
const longBreath = seconds(1);
const breathsUntilLong = 2_000;

/** Counts the commands that one shell runs without waiting. */
export class Pace {
  private commands = 0;
  private breaths = 0;
  private lastInstant: Instant;

  constructor(private readonly container: ContainerContext) {
    this.lastInstant = container.now;
  }

  /** Called before every command; waits when many ran at the same instant, and charges that as CPU. */
  *breathe(): Task<void> {
    const { container } = this;
    if (container.now !== this.lastInstant) {
      this.lastInstant = container.now;
      this.commands = 0;
      this.breaths = 0;
    }
    if (++this.commands < commandsPerBreath) return;
    const span = ++this.breaths > breathsUntilLong ? longBreath : shortBreath;
    container.chargeCpu(span);
    yield* container.sleep(span);
    this.commands = 0;
    this.lastInstant = container.now;
  }
}
