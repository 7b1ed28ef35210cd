// What a shell keeps between commands: variables, functions, options, traps; a subshell gets a copy.
import type { ContainerContext } from '../container-context.ts';
import type { TaskHandle } from '@/simulation/process/process.ts';
import type { Command } from './syntax.ts';

export type Value = string | readonly string[];

/** A background job. */
export interface Job {
  readonly pid: number;
  readonly handle: TaskHandle<number>;
  /** Its exit code once it has ended. */
  code: number | undefined;
}

export class ShellState {
  variables = new Map<string, Value>();
  exported = new Set<string>();
  functions = new Map<string, Command>();
  positional: readonly string[] = [];
  traps = new Map<number, string>();
  directory: string;
  /** `$0`, when a script was given one. */
  zero: string | undefined;
  lastStatus = 0;
  lastJob = 0;
  stopsOnError = false;
  traces = false;
  refusesUnset = false;
  failsPipes = false;
  noGlob = false;
  jobs: Job[] = [];
  /** Saved values of `local` variables, innermost function last. */
  locals: Map<string, Value | undefined>[] = [];

  constructor(
    readonly container: ContainerContext,
    readonly name: string,
    readonly pid: number,
    directory: string,
  ) {
    this.directory = directory;
  }

  /** What a subshell starts with. */
  fork(pid: number): ShellState {
    const copy = new ShellState(this.container, this.name, pid, this.directory);
    copy.variables = new Map(this.variables);
    copy.exported = new Set(this.exported);
    copy.functions = new Map(this.functions);
    copy.positional = this.positional;
    copy.zero = this.zero;
    copy.lastStatus = this.lastStatus;
    copy.stopsOnError = this.stopsOnError;
    copy.traces = this.traces;
    copy.refusesUnset = this.refusesUnset;
    copy.failsPipes = this.failsPipes;
    copy.noGlob = this.noGlob;
    copy.locals = this.locals.map((frame) => new Map(frame));
    return copy;
  }

  get(name: string): string | undefined {
    switch (name) {
      case '?':
        return String(this.lastStatus);
      case '#':
        return String(this.positional.length);
      case '$':
        return String(this.pid);
      case '!':
        return this.lastJob > 0 ? String(this.lastJob) : '';
      case '0':
        return this.zero ?? this.name;
      case '-':
        return `${this.stopsOnError ? 'e' : ''}${this.traces ? 'x' : ''}`;
      case '@':
      case '*':
        return this.positional.join(' ');
      case 'RANDOM':
        return String(this.container.random.below(32768));
      case 'SECONDS':
        return String(Math.floor((this.container.now - this.container.startedAt) / 1e6));
      case 'EPOCHSECONDS':
        return String(Math.floor(this.container.now / 1e6));
    }
    if (/^\d+$/.test(name)) return this.positional[Number(name) - 1];
    const value = this.variables.get(name);
    return typeof value === 'object' ? value[0] : value;
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value);
  }

  /** A name's values as a list: an array's items, or the one value. */
  list(name: string): readonly string[] {
    if (name === '@' || name === '*') return this.positional;
    const value = this.variables.get(name);
    if (value === undefined) return [];
    return typeof value === 'string' ? [value] : value;
  }

  /** What programs are started with. */
  environment(extra?: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const name of this.exported) {
      const value = this.get(name);
      if (value !== undefined) env[name] = value;
    }
    if (extra) for (const [name, value] of extra) env[name] = value;
    return env;
  }
}

/** `exit`, or a command that failed under `set -e`. */
export class ShellExit extends Error {
  override readonly name = 'ShellExit';
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

/** `break` and `continue`. */
export class LoopJump extends Error {
  override readonly name = 'LoopJump';
  constructor(
    readonly isBreak: boolean,
    public levels: number,
  ) {
    super('jump');
  }
}

/** `return`. */
export class FunctionReturn extends Error {
  override readonly name = 'FunctionReturn';
  constructor(readonly code: number) {
    super('return');
  }
}

/** Said by the shell after its name; the command fails with `code`. */
export class ShellFailure extends Error {
  override readonly name = 'ShellFailure';
  constructor(
    message: string,
    readonly code = 1,
  ) {
    super(message);
  }
}
