// The bridge: requests are matched with their replies, and the mirror is written once per picture.
import { expect, test } from 'vitest';
import type { ToHost, ToWindow } from '@/contract/feed/feed.ts';
import { frame, hello, machine } from '../testing/feed.ts';
import { ClusterStore } from '../stores/cluster/cluster-store.ts';
import { connect } from './bridge.ts';
import { feedAddress } from './websocket-wire.ts';
import type { Wire, WireListener } from './wire.ts';

class TestWire implements Wire {
  readonly posted: ToHost[] = [];
  listener: WireListener | undefined;
  isOpen = true;

  connect(listener: WireListener): void {
    this.listener = listener;
    listener.open();
  }

  post(message: ToHost): boolean {
    this.posted.push(message);
    return this.isOpen;
  }

  say(message: ToWindow): void {
    this.listener?.message(message);
  }
}

test('a command is numbered and its receipt comes back to whoever sent it', async () => {
  const wire = new TestWire();
  const host = connect(new ClusterStore(), wire, () => undefined);
  const first = host.send('pause', {});
  const second = host.send('cordonNode', { name: 'worker-1' });
  wire.say({ kind: 'reply', request: 2, ok: true, value: { accepted: true, input: 8, time: '' } });
  wire.say({ kind: 'reply', request: 1, ok: false, value: { accepted: false, reason: 'Busy', message: 'Not now.' } });
  expect(wire.posted[0]).toEqual({ kind: 'ready' });
  expect([await first, await second]).toEqual([
    { accepted: false, reason: 'Unreachable', message: 'Not now.' },
    { accepted: true, input: 8, time: '' },
  ]);
});

test('what cannot be sent, or waits when the line is lost, is refused with a sentence', async () => {
  const wire = new TestWire();
  const cluster = new ClusterStore();
  const host = connect(cluster, wire, () => undefined);
  const waiting = host.query('chain', { id: 1 });
  wire.listener?.lost();
  wire.isOpen = false;
  await expect(waiting).rejects.toThrow('The host cannot be reached.');
  expect(await host.send('step', {})).toMatchObject({ accepted: false, message: 'The host cannot be reached.' });
});

test('all that is said between two pictures is written to the mirror at once', () => {
  const wire = new TestWire();
  const cluster = new ClusterStore();
  const pictures: ((wall: number) => void)[] = [];
  let changes = 0;
  cluster.subscribe(() => changes++);
  connect(cluster, wire, (run) => pictures.push(run));
  for (const message of [hello, frame({ machines: [machine(1)] }), frame({ machines: [machine(2)] })]) wire.say(message);
  pictures.forEach((run) => run(16));
  expect({ pictures: pictures.length, changes, machines: cluster.machines.length, link: cluster.link }).toEqual({
    pictures: 1,
    changes: 1,
    machines: 2,
    link: 'open',
  });
});

test('the feed is at the origin of the page, with its token', () => {
  expect(feedAddress({ protocol: 'http:', host: '127.0.0.1:7000', search: '?token=a%2Bb' })).toBe('ws://127.0.0.1:7000/feed?token=a%2Bb');
});
