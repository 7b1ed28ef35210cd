// A program inside a container: what it is given, and the streams it reads and writes.
import type { Task } from '@/simulation/process/task.ts';
import type { ContainerContext } from './container-context.ts';

/** Where text goes. Writing never waits; a program that writes without end waits in `drain`. */
export interface Writer {
  write(text: string): void;
  /** Waits until the reader has caught up. Throws {@link BrokenPipe} when there is none any more. */
  drain(): Task<void>;
}

/** Where text comes from. */
export interface Reader {
  /** The next piece; undefined at the end. */
  read(): Task<string | undefined>;
  /** The next line without its line break; undefined at the end. */
  readLine(): Task<string | undefined>;
  readAll(): Task<string>;
}

/** The reader of a pipe is gone: what SIGPIPE tells a writer. */
export class BrokenPipe extends Error {
  override readonly name = 'BrokenPipe';
}

/** What a program is started with. */
export interface ProgramStart {
  /** Its name first. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly input: Reader;
  readonly output: Writer;
  readonly errors: Writer;
  readonly container: ContainerContext;
  readonly pid: number;
}

/** A program that ends with an exit code. */
export type Program = (start: ProgramStart) => Task<number>;

export const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  WINCH: 28,
};

/** The number of `TERM`, `SIGTERM` or `15`; undefined for no signal. */
export function signalNumber(name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  return signalNumbers[name.toUpperCase().replace(/^SIG/, '')];
}
