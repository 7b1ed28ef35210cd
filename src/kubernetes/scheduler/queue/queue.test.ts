// Who is looked at when: priority, hints, back-off, gates.
import { beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '@/simulation/clock/clock.ts';
import { inSeconds, seconds, type Duration, type Instant } from '@/simulation/clock/duration.ts';
import { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import { Process } from '@/simulation/process/process.ts';
import { Random } from '@/simulation/random/random.ts';
import { pod } from '../testing/objects.ts';
import { SchedulingQueue, type QueuedPod } from './queue.ts';

class Bench {
  readonly clock = new Clock(0 as Instant);
  readonly gated = new Set<string>();
  readonly taken: string[] = [];
  readonly queue: SchedulingQueue;
  /** What to do with a pod that is taken; by default nothing more is heard of it. */
  attempt: (queued: QueuedPod) => void = (queued) => this.queue.done(queued);

  constructor() {
    const process = new Process({
      name: 'test',
      clock: this.clock,
      random: new Random('queue'),
      occurrences: new Occurrences(this.clock),
    });
    this.queue = new SchedulingQueue(process, {
      interested: (kind) =>
        kind === 'AssignedPodDeleted' ? ['Fit'] : kind === 'UnscheduledPodGatesGone' ? ['Gates'] : [],
      mayHelp: ({ unschedulablePlugins }, { kind }) =>
        unschedulablePlugins.has(kind === 'AssignedPodDeleted' ? 'Fit' : 'Gates'),
      gate: ({ metadata }) => (this.gated.has(metadata.name) ? 'Gates' : undefined),
    });
    const { queue, taken, clock } = this;
    const attempt = (queued: QueuedPod): void => this.attempt(queued);
    process.spawn(
      (function* () {
        for (;;) {
          const queued = yield* queue.take();
          taken.push(`${inSeconds(clock.now as unknown as Duration)} ${queued.pod.metadata.name}`);
          attempt(queued);
        }
      })(),
    );
  }

  pass(span: number): void {
    this.clock.runFor(seconds(span));
  }
}

describe('the scheduling queue', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  const refuse = (queued: QueuedPod): void => bench.queue.giveBack(queued, new Set(['Fit']));

  it('takes higher priority first, then who came first', () => {
    bench.queue.add(pod('low', {}, { priority: 1 }));
    bench.queue.add(pod('first'));
    bench.queue.add(pod('high', {}, { priority: 9 }));
    bench.queue.add(pod('second'));
    bench.pass(0);
    expect(bench.taken).toEqual(['0 high', '0 low', '0 first', '0 second']);
  });

  it('looks at a refused pod again when something happened that may help it, and not before', () => {
    bench.attempt = refuse;
    bench.queue.add(pod('p'));
    bench.pass(3);
    bench.queue.notice({ kind: 'NodeAdded' });
    bench.pass(3);
    bench.queue.notice({ kind: 'AssignedPodDeleted' });
    bench.pass(3);
    expect(bench.taken).toEqual(['0 p', '6 p']);
  });

  it('takes a pod whose back-off is not over when nobody else is due', () => {
    bench.attempt = refuse;
    bench.queue.add(pod('p'));
    bench.pass(0.1);
    bench.queue.notice({ kind: 'AssignedPodDeleted' });
    bench.pass(0.1);
    expect(bench.taken).toEqual(['0 p', '0.1 p']);
  });

  it('remembers what happened while a pod was being looked at', () => {
    bench.attempt = (queued) => {
      if (bench.taken.length === 1) bench.queue.notice({ kind: 'AssignedPodDeleted' });
      refuse(queued);
    };
    bench.queue.add(pod('p'));
    bench.pass(2);
    expect(bench.taken).toEqual(['0 p', '0 p']);
  });

  it('backs off after errors: one second, doubled, ten at the most', () => {
    bench.attempt = (queued) => bench.queue.tryAgain(queued);
    bench.queue.add(pod('p'));
    bench.pass(40);
    expect(bench.taken).toEqual(['0 p', '1 p', '3 p', '7 p', '15 p', '25 p', '35 p']);
  });

  it('flushes a pod that waited for five minutes', () => {
    bench.attempt = refuse;
    bench.queue.add(pod('p'));
    bench.pass(600);
    expect(bench.taken).toEqual(['0 p', '330 p']);
  });

  it('keeps a gated pod back until the gate is gone', () => {
    bench.gated.add('p');
    bench.queue.add(pod('p'));
    bench.pass(1);
    bench.gated.clear();
    bench.queue.update(pod('p'), [{ kind: 'UnscheduledPodGatesGone' }]);
    bench.pass(1);
    expect(bench.taken).toEqual(['1 p']);
  });

  it('forgets a pod that is gone', () => {
    bench.attempt = refuse;
    bench.queue.add(pod('p'));
    bench.pass(1);
    bench.queue.remove('p');
    bench.queue.notice({ kind: 'AssignedPodDeleted' });
    bench.pass(400);
    expect([bench.taken, bench.queue.size, bench.queue.placeOf('p')]).toEqual([['0 p'], 0, undefined]);
  });
});
