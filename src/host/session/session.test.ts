// Time in a host's hands, and the one door for inputs: what passes, when, and that nothing else does.
import { describe, expect, test } from 'vitest';
import { between, inSeconds, seconds } from '@/simulation/clock/duration.ts';
import { deployment, deploymentsPath, TestSession } from '../testing/sessions.ts';
import { replaySession } from './replay.ts';

const virtualSeconds = (of: TestSession, act: () => void): number => {
  const before = of.session.now;
  act();
  return inSeconds(between(before, of.session.now));
};
const pods = (of: TestSession): unknown[] => of.ask('GET', '/api/v1/namespaces/default/pods').object.items as unknown[];

describe('time', () => {
  test('stands while paused, and requests are answered at that instant; controllers react when it moves', () => {
    const run = new TestSession();
    const passed = virtualSeconds(run, () => {
      run.letWallPass(1000);
      expect(run.ask('POST', deploymentsPath, deployment('web')).status).toBe(201);
      run.letWallPass(1000);
      expect(pods(run)).toEqual([]);
    });
    expect(passed).toBe(0);
    run.advance(1);
    expect(pods(run)).toHaveLength(2);
  });

  test.each([0.5, 1, 60])('runs ×%d against the wall', (speed) => {
    const run = new TestSession({ speed, isPaused: false });
    const passed = virtualSeconds(run, () => run.letWallPass(2000));
    expect(passed / (2 * speed)).toBeCloseTo(1, 1);
  });

  test('a change of speed starts from now', () => {
    const run = new TestSession({ speed: 1, isPaused: false });
    run.letWallPass(1000);
    run.command('setSpeed', { speed: 10 });
    expect(virtualSeconds(run, () => run.letWallPass(1000))).toBeCloseTo(10, 0);
  });

  test('max never waits for the wall', () => {
    const run = new TestSession({ speed: 'max', isPaused: false });
    expect(run.session.untilDue(0)).toBe(0);
    expect(virtualSeconds(run, () => run.letWallPass(100))).toBeGreaterThan(60);
  });

  test('a host that cannot keep up gives the lost time up', () => {
    const run = new TestSession({ speed: 1000, isPaused: false });
    run.wall += 60_000;
    const passed = virtualSeconds(run, () => run.pump(1));
    expect(passed).toBeLessThan(60_000);
  });

  test('advance runs exactly that much and stands again; several wait for one another', () => {
    const run = new TestSession();
    const arrived: number[] = [];
    const from = run.session.now;
    for (const span of [1.5, 2]) run.session.command('advance', { seconds: span }, () => arrived.push(inSeconds(between(from, run.session.now))));
    while (arrived.length < 2) run.pump();
    expect(arrived).toEqual([1.5, 3.5]);
    expect(virtualSeconds(run, () => run.letWallPass(1000))).toBe(0);
  });

  test('step runs to the next occurrence', () => {
    const run = new TestSession({ isPaused: false });
    run.ask('POST', deploymentsPath, deployment('web'));
    const before = run.session.cluster.occurrences.total;
    expect(run.command('step')).toMatchObject({ accepted: true });
    expect(run.session.cluster.occurrences.total).toBeGreaterThan(before);
    expect(run.session.isPaused).toBe(true);
  });

  test('step goes past heartbeats when told to', () => {
    const run = new TestSession({ topology: 'three-workers' });
    const { occurrences } = run.session.cluster;
    const kindsOf = (parameters: object): string[] => {
      const before = occurrences.total;
      run.command('step', parameters);
      return occurrences.since(before + 1).map(({ kind }) => kind);
    };
    run.advance(60);
    expect(kindsOf({})).toEqual(['heartbeat']);
    run.command('injectFault', { fault: 'machine-unplugged', target: 'worker-1' });
    expect(kindsOf({ past: 'heartbeat' }).filter((kind) => kind !== 'heartbeat')).toHaveLength(1);
  });

  test('a parameter that is missing is asked for by its name', () => {
    expect(new TestSession().command('advance')).toMatchObject({ accepted: false, message: 'The command advance needs seconds.' });
  });

  test('skip goes to a deadline that stands, and says so when none does', () => {
    const run = new TestSession({ topology: 'three-workers' });
    run.command('injectFault', { fault: 'machine-powered-off', target: 'worker-1' });
    run.advance(20);
    const grace = run.session.cluster.deadlines().find(({ kind, subject }) => kind === 'grace' && subject.includes('worker-1'));
    expect(grace).toBeDefined();
    run.command('skip', { deadline: grace?.id });
    expect(between(grace?.due ?? run.session.now, run.session.now)).toBe(1);
    expect(run.command('skip', { deadline: 'no such thing' })).toMatchObject({ accepted: true, result: { skipped: false } });
  });

  test('whoever stops the clock ends what others wait for', () => {
    const run = new TestSession();
    const answers: unknown[] = [];
    run.session.command('advance', { seconds: 1000 }, (receipt) => answers.push(receipt));
    run.pump(0.05);
    run.session.command('pause', {}, () => undefined);
    expect(answers).toMatchObject([{ accepted: false, reason: 'Interrupted' }]);
    expect(virtualSeconds(run, () => run.letWallPass(500))).toBe(0);
  });
});

describe('commands', () => {
  test('unknown names and bad parameters are refused and leave no line in the journal', () => {
    const run = new TestSession();
    expect(run.command('explode')).toMatchObject({ accepted: false, reason: 'BadRequest' });
    expect(run.command('setSpeed', { speed: 5000 })).toMatchObject({ accepted: false, reason: 'BadRequest' });
    expect(run.command('injectFault', { fault: 'machine-unplugged' })).toMatchObject({ accepted: false, message: expect.stringContaining('target') as string });
    expect(run.command('pause', { really: true })).toMatchObject({ accepted: false });
    expect(run.session.journal.inputs).toBe(0);
  });

  test('a fault that is not known or does not fit is refused in a sentence', () => {
    const run = new TestSession();
    expect(run.command('injectFault', { fault: 'earthquake', target: 'worker-1' })).toMatchObject({ accepted: false, reason: 'Refused' });
    expect(run.command('injectFault', { fault: 'machine-unplugged', target: 'nobody' })).toMatchObject({ accepted: false, reason: 'Refused' });
  });

  test('a receipt names the input and the time', () => {
    const run = new TestSession();
    expect(run.command('cordonNode', { name: 'control-plane' })).toEqual({ accepted: true, input: 1, time: expect.stringMatching(/^2026-01-01T09:0\d/) as string });
    expect(run.command('cordonNode', { name: 'nobody' })).toMatchObject({ accepted: false, reason: 'NotFound' });
  });
});

describe('the journal', () => {
  const story = (run: TestSession): void => {
    run.ask('POST', deploymentsPath, deployment('web', 3));
    run.advance(30);
    run.command('injectFault', { fault: 'machine-unplugged', target: 'worker-1' });
    run.advance(100);
    run.command('hash');
    run.ask('DELETE', `${deploymentsPath}/web`);
    run.advance(400);
    run.command('healFault', { fault: 'machine-unplugged', target: 'worker-1' });
    run.advance(20);
    run.command('hash');
  };

  test('run again gives the same hashes at every checkpoint and at the end', () => {
    const run = new TestSession({ topology: 'three-workers', seed: 7 });
    story(run);
    const { hashes, checkpoints, partings } = replaySession(run.session.journal);
    expect({ checkpoints, partings, inputs: run.session.journal.inputs }).toEqual({ checkpoints: 2, partings: [], inputs: 4 });
    expect(hashes).toEqual({ time: run.session.now, etcd: run.session.hash().etcd, occurrences: run.session.hash().occurrences });
  });

  test('two sessions of one seed are the same, whatever the speed of their pumps; another seed is another run', () => {
    const [first, second, other] = [new TestSession({ seed: 3 }), new TestSession({ seed: 3, speed: 1000 }), new TestSession({ seed: 4 })];
    for (const run of [first, second, other]) {
      run.ask('POST', deploymentsPath, deployment('web'));
      run.advance(60);
    }
    expect(second.hashes).toBe(first.hashes);
    expect(other.hashes).not.toBe(first.hashes);
  });

  test('who only looks on changes nothing: reads, watches and followed logs leave no trace', () => {
    const [watched, alone] = [new TestSession({ topology: 'three-workers' }), new TestSession({ topology: 'three-workers' })];
    for (const run of [watched, alone]) {
      run.ask('POST', deploymentsPath, deployment('web'));
      run.advance(20);
    }
    const [pod] = pods(watched) as { metadata: { name: string } }[];
    const replies = [
      watched.ask('GET', '/api/v1/pods?watch=true'),
      watched.ask('GET', '/api/v1/events?watch=true&allowWatchBookmarks=true'),
      watched.ask('GET', `/api/v1/namespaces/default/pods/${pod?.metadata.name}/log?follow=true`),
      watched.ask('GET', '/openapi/v3/api/v1'),
    ];
    for (const run of [watched, alone]) {
      run.command('injectFault', { fault: 'machine-powered-off', target: 'worker-2' });
      run.advance(3000);
    }
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(watched.hashes).toBe(alone.hashes);
  });
});

test('a broken promise stops the session: nothing moves, everybody is told why', () => {
  const run = new TestSession();
  const told: string[] = [];
  const answers: unknown[] = [];
  run.session.onBreak((error) => told.push(error.message));
  run.session.cluster.clock.after(seconds(5), () => {
    throw new Error('two and two are five');
  });
  run.session.command('advance', { seconds: 10 }, (receipt) => answers.push(receipt));
  for (let i = 0; i < 1000; i++) run.pump();
  const sentence = 'The emulation stopped itself at a broken promise: two and two are five.';
  expect(told).toEqual(['two and two are five']);
  expect(answers).toEqual([{ accepted: false, reason: 'Broken', message: sentence }]);
  expect(run.command('resume')).toEqual({ accepted: false, reason: 'Broken', message: sentence });
  expect(run.ask('GET', '/api/v1/pods')).toMatchObject({ status: 500, object: { message: sentence } });
  expect(virtualSeconds(run, () => run.letWallPass(100))).toBe(0);
});
