// What clients outside hold open: commands, forwarded ports, connections to node ports. Each event is an input, so a replay goes the same way.
import { describe, expect, test } from 'vitest';
import type { StreamEnd, StreamSink } from '@/base/stream.ts';
import { bytesOfText } from '@/base/byte-text.ts';
import { TestSession, deployment, deploymentsPath } from '../testing/sessions.ts';
import { replaySession } from './replay.ts';

class Client implements StreamSink {
  text = '';
  refusal = '';
  private end: StreamEnd | undefined;
  output(text: string): void {
    this.text += text;
  }
  errors(text: string): void {
    this.text += text;
  }
  ended(end: StreamEnd): void {
    this.end = end;
  }
  get how(): string {
    const { end } = this;
    return end === undefined ? 'open' : end.kind === 'exit' ? `exit ${end.code}` : end.kind === 'failed' ? end.message : end.kind;
  }
}

const credential = { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters'] } as const;
const podsPath = '/api/v1/namespaces/default/pods';

function box(run: TestSession): void {
  const spec = { containers: [{ name: 'box', image: 'busybox', command: ['sleep', 'infinity'] }] };
  run.ask('POST', podsPath, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'box' }, spec });
  run.advance(20);
}

function connect(run: TestSession, path: string, query: string, channelPort = 0): { client: Client; send: ReturnType<TestSession['session']['connection']> } {
  const client = new Client();
  const send = run.session.connection();
  const request = { method: 'POST', path: `${podsPath}/${path}`, query, headers: { 'user-agent': 'kubectl/v1.36.2' }, body: new Uint8Array(), credential };
  send(
    { event: 'connect', request },
    {
      refused: (response) => {
        client.refusal = `${response.status} ${'body' in response ? String((JSON.parse(String(response.body)) as { message?: string }).message) : ''}`;
      },
      granted: () => send({ event: 'open', channel: 0, port: channelPort }, { sink: client }),
    },
  );
  return { client, send };
}

const shell = 'command=sh&stdin=true&stdout=true&stderr=true';

describe('a command in a container', () => {
  test('works at one instant while the clock stands, and waits where it needs time', () => {
    const run = new TestSession();
    box(run);
    const { client, send } = connect(run, 'box/exec', shell);
    send({ event: 'input', channel: 0, text: 'echo $((6 * 7))\n' });
    expect(client.text).toBe('42\n');
    send({ event: 'input', channel: 0, text: 'sleep 5; exit 3\n' });
    run.letWallPass(10_000);
    expect(client.how).toBe('open');
    run.advance(5.1);
    expect(client.how).toBe('exit 3');
  });

  test('is refused like any request, and by whoever has nothing to run it in', () => {
    const run = new TestSession();
    run.ask('POST', podsPath, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late' }, spec: { containers: [{ name: 'c', image: 'nonexistent.example/x' }] } });
    const early = connect(run, 'late/exec', shell).client;
    run.advance(5);
    const pulling = connect(run, 'late/exec', shell).client;
    const nobody = connect(run, 'nobody/exec', shell).client;
    const silent = connect(run, 'late/exec', 'command=sh').client;
    expect([early.refusal, pulling.how, nobody.refusal, silent.refusal]).toEqual([
      '400 pod late does not have a host assigned',
      'unable to upgrade connection: container not found ("c")',
      '404 pods "nobody" not found',
      '400 you must specify at least 1 of stdin, stdout, stderr',
    ]);
  });

  test.each([
    ['machine-powered-off', 'worker-1'],
    ['agent-stopped', 'worker-1/kubelet'],
  ])('is cut by %s on %s', (fault, target) => {
    const run = new TestSession({ topology: 'three-workers' });
    const spec = { nodeName: 'worker-1', containers: [{ name: 'box', image: 'busybox', command: ['sleep', 'infinity'] }] };
    run.ask('POST', podsPath, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'box' }, spec });
    run.advance(20);
    const { client } = connect(run, 'box/exec', shell);
    run.command('injectFault', { fault, target });
    run.advance(1);
    const again = connect(run, 'box/exec', shell).client;
    expect([client.how, again.how]).toEqual([expect.stringMatching(/^cut$|^exit 137$/), expect.stringMatching(/^error dialing backend: dial tcp 172\.18\.0\.\d:10250: /)]);
  });
});

test('every event is journalled, and a replay comes to the same end', () => {
  const run = new TestSession({ topology: 'three-workers', seed: 5 });
  box(run);
  run.ask('POST', deploymentsPath, deployment('web'));
  const ports = [{ port: 80, nodePort: 30080 }];
  run.ask('POST', '/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type: 'NodePort', selector: { app: 'web' }, ports } });
  run.advance(30);
  const { send, client } = connect(run, 'box/exec', shell);
  send({ event: 'input', channel: 0, text: 'cat > /tmp/bytes\n\udcff\udc00ä' });
  send({ event: 'endInput', channel: 0 });
  run.advance(1);
  const packed = connect(run, 'box/exec', 'command=cat&command=%2Ftmp%2Fbytes&stdout=true').client;
  const visitor = new Client();
  const visit = run.session.connection();
  visit({ event: 'visit', namespace: 'default', service: 'web', nodePort: 30080 }, { sink: visitor });
  visit({ event: 'input', channel: 0, text: 'GET / HTTP/1.0\r\n\r\n' });
  run.advance(5);
  visit({ event: 'close' });
  run.ask('DELETE', `${podsPath}/box`);
  run.advance(60);
  run.command('hash');
  expect([client.how, [...bytesOfText(packed.text)].slice(0, 1), visitor.text.split('\r\n')[0], visitor.how]).toEqual(['exit 0', [255], 'HTTP/1.1 200 OK', 'exit 0']);
  const { checkpoints, partings } = replaySession(run.session.journal);
  expect({ checkpoints, partings }).toEqual({ checkpoints: 1, partings: [] });
});
