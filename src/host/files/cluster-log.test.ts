// What is read back of a snapshot and a log, whole and torn.
import { describe, expect, it } from 'vitest';
import { seconds, type Instant } from '@/simulation/clock/duration.ts';
import { readState, snapshotLines, writeLine, type StoredState } from './cluster-log.ts';

const entry = (key: string, revision: number) => ({
  key,
  value: { at: revision },
  createRevision: 1,
  modRevision: revision,
  version: 1,
  lease: 0,
});

const state: StoredState = {
  topology: 'three-workers',
  seed: 1,
  time: seconds(1) as unknown as Instant,
  etcd: { revision: 5, entries: [entry('a', 3), entry('b', 5)] },
};
const snapshot = [...snapshotLines(state)].join('');

function line(type: 'put' | 'delete', key: string, revision: number): string {
  const written = entry(key, revision);
  const next = type === 'put' ? written : { ...written, value: undefined };
  const event = { type, key, revision, next, previous: undefined, cause: 0 } as const;
  return writeLine(event, seconds(revision) as unknown as Instant);
}

const put = (key: string, revision: number): string => line('put', key, revision);

const keysOf = (log: string): readonly string[] | undefined =>
  readState(snapshot, log)?.etcd.entries.map(({ key, modRevision }) => `${key}@${modRevision}`);

describe('a cluster on disk', () => {
  it('comes back as it was written', () => {
    expect(readState(snapshot, '')).toEqual(state);
  });

  it('follows its log: puts, deletions, the last time and revision', () => {
    const log = put('c', 6) + line('delete', 'a', 7) + put('b', 8);
    expect(keysOf(log)).toEqual(['b@8', 'c@6']);
    const { time, etcd } = readState(snapshot, log) ?? {};
    expect([time, etcd?.revision]).toEqual([seconds(8), 8]);
  });

  it('takes of a torn log what is whole', () => {
    const whole = put('c', 6);
    const torn = put('d', 7);
    for (let cut = 0; cut < torn.length; cut++)
      expect(keysOf(whole + torn.slice(0, cut))).toEqual(['a@3', 'b@5', 'c@6']);
    expect(keysOf(whole + torn)).toEqual(['a@3', 'b@5', 'c@6', 'd@7']);
  });

  it('refuses a torn snapshot', () => {
    for (let cut = 0; cut < snapshot.length; cut += 7) expect(readState(snapshot.slice(0, cut), '')).toBeUndefined();
  });
});
