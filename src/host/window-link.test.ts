// What a window may say, over whatever carries it: commands and queries are answered by number, everything else is dropped.
import { expect, test } from 'vitest';
import type { ToWindow } from '@/contract/feed/feed.ts';
import { Feed } from './feed/feed.ts';
import { deployment, deploymentsPath, TestSession } from './testing/sessions.ts';
import { WindowLink } from './window-link.ts';

function linked(): { run: TestSession; link: WindowLink; told: ToWindow[]; reply: (request: number) => unknown } {
  const run = new TestSession();
  const told: ToWindow[] = [];
  const feed = new Feed({ session: run.session, apiServer: '', kubeconfig: '' });
  const link = new WindowLink({ session: run.session, feed }, (message) => told.push(message));
  return { run, link, told, reply: (request) => told.find((message) => message.kind === 'reply' && message.request === request) };
}

test('nothing comes before the window says that it is ready; saying it again starts anew', () => {
  const { link, told } = linked();
  expect(told).toEqual([]);
  link.receive({ kind: 'ready' });
  link.receive({ kind: 'ready' });
  expect(told.map(({ kind }) => kind)).toEqual(['hello', 'frame', 'hello', 'frame']);
});

test('commands and queries are answered under their number', () => {
  const { run, link, reply } = linked();
  run.ask('POST', deploymentsPath, deployment('web'));
  link.receive({ kind: 'command', request: 7, name: 'setSpeed', parameters: { speed: 10 } });
  link.receive({ kind: 'command', request: 8, name: 'setSpeed', parameters: { speed: -1 } });
  link.receive({ kind: 'query', request: 9, name: 'object', parameters: { group: 'apps', resource: 'deployments', namespace: 'default', name: 'web' } });
  link.receive({ kind: 'query', request: 10, name: 'object', parameters: { resource: 'pods', namespace: 'default', name: 'nobody' } });
  link.receive({ kind: 'query', request: 11, name: 'secretsOfTheHost' });
  link.receive({ kind: 'query', request: 12, name: 'constructor' });
  link.receive({ kind: 'command', request: 13, name: '__proto__' });
  expect([7, 8, 9, 10, 11, 12, 13].map(reply)).toMatchObject([
    { ok: true, value: { accepted: true } },
    { ok: false, value: { accepted: false, reason: 'BadRequest' } },
    { ok: true, value: { kind: 'Deployment', metadata: { name: 'web' } } },
    { ok: false, value: { reason: 'NotFound' } },
    { ok: false, value: { reason: 'BadRequest' } },
    { ok: false, value: { reason: 'BadRequest' } },
    { ok: false, value: { reason: 'BadRequest' } },
  ]);
});

test.each([undefined, null, 7, 'ready', [], {}, { kind: 'ready', more: 1 }, { kind: 'command', request: 'x', name: 'pause' }, { kind: 'command', request: 1 }, { kind: 'query', request: 1.5, name: 'object' }])(
  'what is not of the contract is dropped: %j',
  (message) => {
    const { run, link, told } = linked();
    link.receive(message);
    expect([told, run.session.journal.inputs]).toEqual([[], 0]);
  },
);

test('a closed link sends no frames', () => {
  const { run, link, told } = linked();
  link.receive({ kind: 'ready' });
  link.close();
  const before = told.length;
  run.ask('POST', deploymentsPath, deployment('web'));
  expect(told.length).toBe(before);
});
