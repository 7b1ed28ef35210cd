// Clients that speak to programs in containers: commands run for them, and main processes that they attach to.
import type { StreamEnd, StreamInput, StreamSink } from '@/base/stream.ts';
import type { TerminalRequest } from '@/kubernetes/cri-api/runtime.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Container } from './container.ts';
import type { ProgramStart, Reader } from './program.ts';
import { CallbackWriter, Pipe, TextReader } from './streams.ts';
import { Terminal } from './terminal.ts';

const killed = 137;
const interrupted = 130;

/** What a terminal makes of line breaks. */
const shown = (text: string): string => text.replaceAll('\n', '\r\n');

/** Once it has ended, or its client is gone, nothing more is said. */
class Voice {
  private isOver = false;

  constructor(private readonly sink: StreamSink) {}

  output(text: string): void {
    if (!this.isOver && text !== '') this.sink.output(text);
  }

  errors(text: string): void {
    if (!this.isOver && text !== '') this.sink.errors(text);
  }

  end(end: StreamEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.sink.ended(end);
  }

  silence(): void {
    this.isOver = true;
  }
}

/** Runs a command beside a container's main process; it begins at this instant, after the caller's work. */
export function runForClient(container: Container, run: (start: ProgramStart) => Task<number>, argv: readonly string[], request: TerminalRequest, sink: StreamSink): StreamInput {
  const voice = new Voice(sink);
  const terminal = request.isTerminal ? new Terminal((text) => voice.output(shown(text))) : undefined;
  const pipe = new Pipe();
  const input: Reader = !request.hasInput ? new TextReader() : (terminal?.input ?? pipe);
  const output = new CallbackWriter((text) => voice.output(terminal ? shown(text) : text));
  const errors = terminal ? output : new CallbackWriter((text) => voice.errors(text));
  const { env, workingDir: directory } = container;
  const start: ProgramStart = { argv, env: terminal ? { ...env, TERM: 'xterm' } : env, directory, input, output, errors, container, pid: container.nextPid() };
  const { process } = container;
  let code = killed;
  const handle = process.spawn(
    (function* (): Task<void> {
      try {
        yield { subscribe: (resume) => stopOf(process.soon(() => resume(undefined))) };
        code = yield* run(start);
      } finally {
        voice.end({ kind: 'exit', code: code & 255 });
      }
    })(),
  );
  if (terminal) {
    terminal.onInterrupt = () => {
      code = interrupted;
      handle.stop();
    };
  }
  return {
    input: (text) => (terminal ? terminal.type(text) : pipe.write(text)),
    endInput: () => (terminal ? terminal.hangUp() : pipe.end()),
    resize: (columns, rows) => {
      if (terminal) Object.assign(terminal, { columns, rows });
    },
    stop: () => {
      voice.silence();
      handle.stop();
    },
  };
}

const stopOf =
  (timer: { cancel(): void }): (() => void) =>
  () =>
    timer.cancel();

/** Where a main process reads from when its pod asks for standard input. */
export class Keyboard {
  readonly terminal: Terminal | undefined;
  private readonly pipe: Pipe | undefined;

  constructor(private readonly container: Container) {
    if (container.config.tty) this.terminal = new Terminal((text) => container.logs.write(text, 'stdout'));
    else this.pipe = new Pipe();
  }

  get input(): Reader {
    return this.terminal?.input ?? this.pipe ?? new TextReader();
  }

  write(text: string): void {
    if (this.terminal) this.terminal.type(text);
    else this.pipe?.write(text);
  }

  end(): void {
    if (!this.container.config.stdinOnce && this.terminal) return;
    this.terminal?.hangUp();
    this.pipe?.end();
  }
}

/** Lets a client hear a running container, and speak to it when its pod asks for standard input. */
export function attachClient(container: Container, request: TerminalRequest, sink: StreamSink): StreamInput {
  const voice = new Voice(sink);
  const isTerminal = container.config.tty;
  const deaf = container.logs.listen((text, stream) => {
    if (isTerminal) voice.output(shown(text));
    else if (stream === 'stdout') voice.output(text);
    else voice.errors(text);
  });
  const farewell = container.onceEnded(() => {
    deaf();
    voice.end({ kind: 'exit', code: 0 });
  });
  const keyboard = request.hasInput ? container.keyboard : undefined;
  return {
    input: (text) => keyboard?.write(text),
    endInput: () => keyboard?.end(),
    resize: (columns, rows) => {
      if (container.keyboard?.terminal) Object.assign(container.keyboard.terminal, { columns, rows });
    },
    stop: () => {
      voice.silence();
      deaf();
      farewell();
      if (container.config.stdinOnce) keyboard?.end();
    },
  };
}

