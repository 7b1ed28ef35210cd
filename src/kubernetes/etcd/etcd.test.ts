// Revisions, watches, leases and compaction as clients of etcd count on them.
import { describe, expect, it } from 'vitest';
import { Clock } from '@/simulation/clock/clock.ts';
import { seconds, type Instant } from '@/simulation/clock/duration.ts';
import { Occurrences } from '@/simulation/occurrences/occurrences.ts';
import { Process } from '@/simulation/process/process.ts';
import { Random } from '@/simulation/random/random.ts';
import { CompactedError, Etcd, type EtcdEvent, type Operation } from './etcd.ts';

function start(): { clock: Clock; etcd: Etcd; write: (...operations: Operation[]) => number } {
  const clock = new Clock(0 as Instant);
  const context = new Process({ name: 'etcd', clock, random: new Random('etcd'), occurrences: new Occurrences(clock) });
  const etcd = new Etcd({ context });
  const write = (...operations: Operation[]): number => {
    let revision = 0;
    context.spawn(
      (function* () {
        revision = (yield* etcd.txn({ compare: [], operations })).revision;
      })(),
    );
    return revision;
  };
  return { clock, etcd, write };
}

const put = (key: string, value: unknown): Operation => ({ kind: 'put', key, value: { value } });
const show = (event: EtcdEvent): string => `${event.revision} ${event.type} ${event.key}`;

describe('etcd', () => {
  it('reads every past revision until it is compacted', () => {
    const { etcd, write } = start();
    write(put('/a/1', 1), put('/a/2', 1));
    write(put('/a/1', 2));
    write({ kind: 'delete', key: '/a/2' });
    const read = (revision: number): unknown =>
      etcd.range('/a/', { revision }).entries.map(({ key, value, version }) => [key, value, version]);
    expect([read(2), read(3), read(4)]).toEqual([
      [
        ['/a/1', { value: 1 }, 1],
        ['/a/2', { value: 1 }, 1],
      ],
      [
        ['/a/1', { value: 2 }, 2],
        ['/a/2', { value: 1 }, 1],
      ],
      [['/a/1', { value: 2 }, 2]],
    ]);
    etcd.compact(4).next();
    expect(() => read(3)).toThrow(CompactedError);
    expect(read(4)).toEqual([['/a/1', { value: 2 }, 2]]);
  });

  it('replays a watch from a revision and then follows', () => {
    const { etcd, write } = start();
    write(put('/a/1', 1));
    write(put('/b/1', 1));
    write(put('/a/1', 2));
    const seen: string[] = [];
    const watcher = etcd.watch('/a/', 3, (event) => seen.push(show(event)));
    write({ kind: 'delete', key: '/a/1' });
    watcher.stop();
    write(put('/a/1', 3));
    expect(seen).toEqual(['4 put /a/1', '5 delete /a/1']);
  });

  it('commits nothing when a comparison fails', () => {
    const { etcd, write } = start();
    write(put('/a', 1));
    const result = etcd.txn({ compare: [{ key: '/a', target: 'mod', equals: 7 }], operations: [put('/a', 2)] }).next();
    expect(result.value).toMatchObject({ succeeded: false, revision: 2 });
    expect(etcd.get('/a')?.value).toEqual({ value: 1 });
  });

  it('deletes what a lease held when it ends', () => {
    const { clock, etcd, write } = start();
    const lease = etcd.grant(seconds(60)).next().value as number;
    write({ kind: 'put', key: '/a', value: {}, lease });
    write({ kind: 'put', key: '/b', value: {}, lease }, put('/c', 1));
    write(put('/b', 1));
    clock.runFor(seconds(61));
    expect(etcd.range('/').entries.map(({ key }) => key)).toEqual(['/b', '/c']);
  });

  it('keeps many keys in order, pages through them and hashes their contents', () => {
    const { etcd, write } = start();
    const names = Array.from({ length: 3000 }, (_, i) => `/k/${(i * 7919) % 3000}`);
    for (const name of names) write(put(name, 1));
    const first = etcd.range('/k/', { limit: 1000 });
    const rest = etcd.range('/k/', { start: `${first.entries.at(-1)?.key}\0` });
    expect([...first.entries, ...rest.entries].map(({ key }) => key)).toEqual([...names].sort());
    expect([first.more, rest.more, etcd.countAfter('/k/', first.entries.at(-1)?.key ?? '')]).toEqual([
      true,
      false,
      2000,
    ]);
    const before = etcd.hash();
    write(put('/k/1', 2));
    const changed = etcd.hash();
    write(put('/k/1', 1));
    expect([changed === before, etcd.hash() === before]).toEqual([false, true]);
  });
});
