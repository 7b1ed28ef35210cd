// Commands run for a client outside: their output, their end, a terminal, an archive, a forwarded port.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import { TestWorld, type TestContainer } from '../testing/test-world.ts';

class Client implements StreamSink {
  out = '';
  err = '';
  end = '';
  output(text: string): void {
    this.out += text;
  }
  errors(text: string): void {
    this.err += text;
  }
  ended(end: Parameters<StreamSink['ended']>[0]): void {
    this.end = end.kind === 'exit' ? `exit ${end.code}` : end.kind === 'failed' ? end.message : 'cut';
  }
}

function exec(world: TestWorld, container: TestContainer, command: readonly string[], { isTerminal = false, hasInput = true } = {}): { client: Client; input: StreamInput; type(text: string): string } {
  const client = new Client();
  const input = container.machine.runtime.exec(container.id, command, { hasInput, isTerminal }, client);
  world.run(0.1);
  const type = (text: string): string => {
    const before = client.out.length;
    input.input(text);
    world.run(1);
    return client.out.slice(before);
  };
  return { client, input, type };
}

function busybox(): { world: TestWorld; container: TestContainer } {
  const world = new TestWorld(1);
  return { world, container: world.start('worker-1', { image: 'busybox', command: ['sleep', 'infinity'] }) };
}

describe('a command for a client', () => {
  test('keeps the streams apart and ends with its code', () => {
    const { world, container } = busybox();
    const { client } = exec(world, container, ['sh', '-c', 'echo out; echo err >&2; exit 3'], { hasInput: false });
    expect([client.out, client.err, client.end]).toEqual(['out\n', 'err\n', 'exit 3']);
  });

  test('reads until its input ends', () => {
    const { world, container } = busybox();
    const { client, input } = exec(world, container, ['sort']);
    input.input('b\na');
    input.input('\n');
    world.run(1);
    expect([client.out, client.end]).toEqual(['', '']);
    input.endInput();
    world.run(1);
    expect([client.out, client.end]).toEqual(['a\nb\n', 'exit 0']);
  });

  test('a shell without a terminal runs each line as it comes', () => {
    const { world, container } = busybox();
    const { client, type, input } = exec(world, container, ['sh']);
    expect(type('x=5\nif true; then\n')).toBe('');
    expect(type('echo $x\nfi\n')).toBe('5\n');
    expect(type('cat <<EOF\n$x\n')).toBe('');
    expect(type('EOF\n')).toBe('5\n');
    type('(exit 4)\n');
    input.endInput();
    world.run(1);
    expect(client.end).toBe('exit 4');
  });

  test('dies with its container', () => {
    const { world, container } = busybox();
    const { client } = exec(world, container, ['sleep', '100']);
    world.world.injectFault('container-killed', 'default/pod-1/c');
    world.run(1);
    expect(client.end).toBe('exit 137');
  });
});

describe('a shell at a terminal', () => {
  test('prompts, echoes, edits lines, and survives ^C', () => {
    const { world, container } = busybox();
    const { client, type, input } = exec(world, container, ['sh'], { isTerminal: true });
    expect(client.out).toBe('/ # ');
    expect(type('echo hix\x7f\r')).toBe('echo hix\b \b\r\nhi\r\n/ # ');
    expect(type('cd /tmp\r')).toBe('cd /tmp\r\n/tmp # ');
    expect(type('sleep 1000\r')).toBe('sleep 1000\r\n');
    expect(type('\x03')).toBe('^C\r\n/tmp # ');
    expect(type('echo $?\r')).toBe('echo $?\r\n130\r\n/tmp # ');
    input.resize(120, 40);
    expect(type('stty size\r')).toBe('stty size\r\n40 120\r\n/tmp # ');
    type('exit 7\r');
    expect(client.end).toBe('exit 7');
  });

  test('^D ends it, and ^C ends a command without a shell', () => {
    const { world, container } = busybox();
    const shell = exec(world, container, ['sh'], { isTerminal: true });
    shell.type('\x04');
    const sleep = exec(world, container, ['sleep', '1000'], { isTerminal: true });
    sleep.type('\x03');
    expect([shell.client.end, sleep.client.end]).toEqual(['exit 0', 'exit 130']);
  });
});

test('archives go in and come out, byte by byte', () => {
  const { world, container } = busybox();
  const bytes = '\udcff\udc80é\0x';
  exec(world, container, ['sh', '-c', 'mkdir -p /a/b && cat > /a/b/bin'], {}).type(bytes);
  const packed = exec(world, container, ['tar', 'cf', '-', '/a'], { hasInput: false });
  const unpack = exec(world, container, ['tar', '-xmf', '-', '-C', '/tmp']);
  unpack.input.input(packed.client.out);
  unpack.input.endInput();
  world.run(1);
  const read = exec(world, container, ['cat', '/tmp/a/b/bin'], { hasInput: false });
  expect([packed.client.err, unpack.client.end, read.client.out]).toEqual(["tar: removing leading '/' from member names\n", 'exit 0', bytes]);
});

test('a forwarded port speaks bytes to a web server, and says when nobody listens', () => {
  const world = new TestWorld(1);
  const { machine, sandboxId } = world.start('worker-1', { image: 'nginx' });
  const forward = (port: number): { client: Client; input: StreamInput } => {
    const client = new Client();
    return { client, input: machine.runtime.portForward(sandboxId, port, client) };
  };
  const web = forward(80);
  web.input.input('GET / HTTP/1.1\r\nhost: x\r\n\r\nGET /nothing HTTP/1.1\r\nconnec');
  web.input.input('tion: close\r\n\r\n');
  const none = forward(81);
  world.run(1);
  expect([web.client.out.match(/HTTP\/1.1 \d+ [\w ]+/g), web.client.end]).toEqual([['HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found'], 'exit 0']);
  expect(none.client.end).toMatch(/failed to connect to localhost:81 inside namespace ".*", IPv4: dial tcp4 127.0.0.1:81: connect: connection refused/);
});

test('a client attached to a main process hears it and speaks to it', () => {
  const world = new TestWorld(1);
  const container = world.start('worker-1', { image: 'busybox', command: ['sh'], hasStdin: true });
  const client = new Client();
  const input = container.machine.runtime.attach(container.id, { hasInput: true, isTerminal: false }, client);
  input.input('echo hello\nexit\n');
  world.run(1);
  expect([client.out, client.end, container.logs(), container.status().exitCode]).toEqual(['hello\n', 'exit 0', 'hello', 0]);
});

test('no keys break the world', () => {
  const { world, container } = busybox();
  const words = ['echo ', 'cat ', '<<E', 'E', '$(', ')', '`', '"', "'", '|', '&', ';', '&&', '(', '{', '}', 'if ', 'then ', 'fi', 'while ', 'do ', 'done', '[ ', ' ]', '[[ ', '$((', '))', '${x:-', '${', '>', '<', '2>&1', 'tar xf -', 'tar c /', 'grep [', "sed 's/(/", "awk '{print $'", 'x=', '*', '~', '\\', '\r', '\r', '\n', '\n', '\x03', '\x04', '\x7f', '\x15', '\x1b[A', ' ', '\udcff', 'sh', 'exit', 'read x', 'wait', 'sleep 1', 'kill -9 $$', 'trap "" 2', 'exec '];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), fc.boolean(), (keys, isTerminal) => {
      const { input } = exec(world, container, ['sh'], { isTerminal });
      for (const key of keys) input.input(key);
      world.run(2);
      input.endInput();
      world.run(2);
      input.stop();
    }),
    { numRuns: 500, seed: 1 },
  );
});
