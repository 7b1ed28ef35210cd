// The streams of programs: pipes, captured output, texts to read, and output that goes to a file.
import { Queue } from '@/base/queue.ts';
import type { FileTree } from '@/kubernetes/cri-api/files.ts';
import type { Task } from '@/simulation/process/task.ts';
import { BrokenPipe, type Reader, type Writer } from './program.ts';

const pipeBytes = 64 * 1024;
const largestCapture = 1024 * 1024;

/** Reads pieces of text as lines, whatever way they were written. */
export abstract class PieceReader implements Reader {
  private rest = '';

  abstract next(): Task<string | undefined>;

  *read(): Task<string | undefined> {
    if (this.rest !== '') {
      const { rest } = this;
      this.rest = '';
      return rest;
    }
    return yield* this.next();
  }

  *readLine(): Task<string | undefined> {
    for (;;) {
      const at = this.rest.indexOf('\n');
      if (at >= 0) {
        const line = this.rest.slice(0, at);
        this.rest = this.rest.slice(at + 1);
        return line;
      }
      const piece = yield* this.next();
      if (piece === undefined) {
        const last = this.rest;
        this.rest = '';
        return last === '' ? undefined : last;
      }
      this.rest += piece;
    }
  }

  *readAll(): Task<string> {
    let text = '';
    for (let piece = yield* this.read(); piece !== undefined; piece = yield* this.read()) {
      if (text.length < 64 * largestCapture) text += piece;
    }
    return text;
  }
}

/** A text that is there already; by default nothing. */
export class TextReader extends PieceReader {
  constructor(private text = '') {
    super();
  }

  *next(): Task<string | undefined> {
    const { text } = this;
    this.text = '';
    return text === '' ? undefined : text;
  }
}

/** Input that somebody outside sends piece by piece: a terminal, an attached client. */
export class Pipe extends PieceReader implements Writer {
  private readonly pieces = new Queue<string>();
  private waiting = 0;
  private isEnded = false;
  private isBroken = false;
  private wakeReader: (() => void) | undefined;
  private wakeWriter: (() => void) | undefined;

  write(text: string): void {
    if (this.isBroken) throw new BrokenPipe('Broken pipe');
    if (text === '' || this.isEnded) return;
    this.pieces.push(text);
    this.waiting += text.length;
    this.wake('reader');
  }

  *drain(): Task<void> {
    while (this.waiting > pipeBytes && !this.isBroken) yield* this.wait('writer');
    if (this.isBroken) throw new BrokenPipe('Broken pipe');
  }

  *next(): Task<string | undefined> {
    for (;;) {
      const piece = this.pieces.shift();
      if (piece !== undefined) {
        this.waiting -= piece.length;
        this.wake('writer');
        return piece;
      }
      if (this.isEnded) return undefined;
      yield* this.wait('reader');
    }
  }

  /** The writer is done. */
  end(): void {
    this.isEnded = true;
    this.wake('reader');
  }

  /** The reader is gone: the next write fails. */
  breakOff(): void {
    this.isBroken = true;
    this.pieces.clear();
    this.wake('writer');
  }

  private wake(side: 'reader' | 'writer'): void {
    const wake = side === 'reader' ? this.wakeReader : this.wakeWriter;
    if (side === 'reader') this.wakeReader = undefined;
    else this.wakeWriter = undefined;
    wake?.();
  }

  private *wait(side: 'reader' | 'writer'): Task<void> {
    yield {
      subscribe: (resume) => {
        const wake = (): void => resume(undefined);
        if (side === 'reader') this.wakeReader = wake;
        else this.wakeWriter = wake;
        return () => {
          if (this.wakeReader === wake) this.wakeReader = undefined;
          if (this.wakeWriter === wake) this.wakeWriter = undefined;
        };
      },
    };
  }
}

/** A writer that hands text on at once. */
export abstract class DirectWriter implements Writer {
  abstract write(text: string): void;

  *drain(): Task<void> {}
}

/** Keeps what is written, up to a bound. */
export class Capture extends DirectWriter {
  text = '';

  write(text: string): void {
    if (this.text.length < largestCapture) this.text += text;
  }
}

/** Hands every piece to a function. */
export class CallbackWriter extends DirectWriter {
  constructor(private readonly onText: (text: string) => void) {
    super();
  }

  write(text: string): void {
    this.onText(text);
  }
}

/** Appends to a file. */
export class FileWriter extends DirectWriter {
  constructor(
    private readonly files: FileTree,
    private readonly path: string,
  ) {
    super();
  }

  write(text: string): void {
    if (text !== '') this.files.append(this.path, text);
  }
}
