// A terminal's line discipline: keys become lines, are echoed, edited and turned into signals, as a kernel's pseudo-terminal does.
import { Mailbox, type Task } from '@/simulation/process/task.ts';
import { PieceReader } from './streams.ts';

const keys = { interrupt: '\x03', end: '\x04', backspace: '\b', delete: '\x7f', killLine: '\x15', killWord: '\x17', quit: '\x1c', escape: '\x1b' } as const;

/** What a program reads from a terminal: whole lines. It knows the terminal that it comes from. */
export class TerminalInput extends PieceReader {
  private readonly lines = new Mailbox<string | null>();

  constructor(readonly terminal: Terminal) {
    super();
  }

  /** The end that ^D gives is for one reader only: the next may read on. */
  *next(): Task<string | undefined> {
    return (yield* this.lines.receive()) ?? undefined;
  }

  send(line: string | null): void {
    this.lines.send(line);
  }

  close(): void {
    this.lines.close();
  }
}

/** See the file's header. */
export class Terminal {
  readonly input = new TerminalInput(this);
  columns = 80;
  rows = 24;
  /** What ^C does: whoever is in the foreground says so. */
  onInterrupt: (() => void) | undefined;
  private line = '';
  private escape = '';

  /** `echo` shows what is typed. */
  constructor(private readonly echo: (text: string) => void) {}

  /** Keys as a client in raw mode sends them. */
  type(text: string): void {
    for (const key of text) this.press(key);
  }

  /** The client is gone. */
  hangUp(): void {
    this.input.close();
  }

  private press(key: string): void {
    // Arrow keys and their like: there is no history to walk through.
    if (this.escape !== '' || key === keys.escape) {
      this.escape += key;
      if (this.escape.length > 2 ? /[A-Za-z~]/.test(key) : this.escape.length === 2 && !/[[O]/.test(key)) this.escape = '';
      return;
    }
    switch (key) {
      case '\r':
      case '\n':
        this.echo('\n');
        this.submit('\n');
        return;
      case keys.backspace:
      case keys.delete:
        if (this.line !== '') this.erase(1);
        return;
      case keys.killLine:
        this.erase([...this.line].length);
        return;
      case keys.killWord:
        this.erase([...(/\S*\s*$/.exec(this.line)?.[0] ?? '')].length);
        return;
      case keys.interrupt:
      case keys.quit:
        this.line = '';
        this.echo(key === keys.interrupt ? '^C' : '^\\');
        this.echo('\n');
        this.onInterrupt?.();
        return;
      case keys.end:
        if (this.line === '') this.input.send(null);
        else this.submit('');
        return;
      default:
        this.line += key;
        this.echo(key);
    }
  }

  private submit(end: string): void {
    const { line } = this;
    this.line = '';
    this.input.send(line + end);
  }

  private erase(count: number): void {
    this.line = [...this.line].slice(0, -count || undefined).join('');
    if (count === 0) return;
    this.echo('\b \b'.repeat(count));
  }
}
