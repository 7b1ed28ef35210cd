// Runs shell scripts in virtual time: every command may wait, output flows while it runs.
import type { TaskHandle } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { FileSystemError, resolvePath } from '../../volumes/memory-tree.ts';
import type { Program, ProgramStart } from '../program.ts';
import { BrokenPipe } from '../program.ts';
import { Capture, Pipe } from '../streams.ts';
import { ArithmeticError } from './arithmetic.ts';
import { builtins } from './builtins.ts';
import { Expander, assigned } from './expansion.ts';
import { patternToRegExp } from './glob.ts';
import { runPipes, startJob } from './jobs.ts';
import { Pace } from './pace.ts';
import { parseScript } from './parser.ts';
import { redirected, type Streams } from './redirects.ts';
import { FunctionReturn, LoopJump, ShellExit, ShellFailure, type ShellState } from './state.ts';
import { ShellSyntaxError, type AndOr, type Assignment, type Command, type Pipeline, type Script, type Word } from './syntax.ts';
import { TestError, evaluateTest } from './test-expression.ts';

const deepestCalls = 500;

/** See the file's header. */
export class Shell {
  private readonly expander: Expander;
  private readonly pace: Pace;
  private pendingSignals: number[] = [];
  private wakeFromWait: (() => void) | undefined;
  private calls = 0;
  private inCondition = 0;
  private substitutionStatus: number | undefined;

  constructor(
    readonly state: ShellState,
    private streams: Streams,
  ) {
    this.pace = new Pace(state.container);
    this.expander = new Expander(state, (script) => this.capture(script));
  }

  get io(): Streams {
    return this.streams;
  }

  /** Runs a whole script as a program does: its exit code, traps on EXIT included. */
  *main(text: string): Task<number> {
    let code: number;
    try {
      code = yield* this.script(parseScript(text));
    } catch (error) {
      code = this.codeOf(error);
    }
    return yield* this.farewell(code);
  }

  /** Runs one command of a session; the exit code when it ends the shell, else undefined. */
  *line(text: string): Task<number | undefined> {
    try {
      yield* this.script(parseScript(text));
      return undefined;
    } catch (error) {
      const code = this.codeOf(error);
      this.state.lastStatus = code;
      return error instanceof ShellExit ? code : undefined;
    }
  }

  /** Ends the shell: the trap on EXIT runs, and may change the exit code. */
  *farewell(given: number): Task<number> {
    let code = given;
    const farewell = this.state.traps.get(0);
    if (farewell !== undefined) {
      this.state.traps.delete(0);
      try {
        yield* this.script(parseScript(farewell));
      } catch (error) {
        code = this.codeOf(error);
      }
    }
    return code & 255;
  }

  /** Runs text in this shell (`eval`, `.`, traps). */
  *source(text: string): Task<number> {
    return yield* this.script(parseScript(text));
  }

  /** A signal came. Answers whether a trap will take it. */
  receive(signal: number): boolean {
    const trap = this.state.traps.get(signal);
    if (trap === undefined) return false;
    if (trap !== '') this.pendingSignals.push(signal);
    this.wakeFromWait?.();
    return true;
  }

  /** Waits for a job, or until a signal with a trap comes; undefined then. */
  *untilJob(handle: TaskHandle<number>): Task<boolean> {
    const { process } = this.state.container;
    let isDone = false;
    const joining = process.spawn(
      (function* (wake: () => void): Task<void> {
        yield* handle.join();
        isDone = true;
        wake();
      })(() => this.wakeFromWait?.()),
    );
    try {
      while (!isDone && this.pendingSignals.length === 0) {
        yield {
          subscribe: (resume) => {
            this.wakeFromWait = () => resume(undefined);
            return () => {
              this.wakeFromWait = undefined;
            };
          },
        };
      }
    } finally {
      joining.stop();
    }
    return isDone;
  }

  say(message: string): void {
    this.streams.errors.write(`${this.state.name}: ${message}\n`);
  }

  /** Runs commands with other streams. */
  *withStreams<T>(streams: Streams, run: () => Task<T>): Task<T> {
    const before = this.streams;
    this.streams = streams;
    try {
      return yield* run();
    } finally {
      this.streams = before;
    }
  }

  /** A program by name, or undefined. */
  find(name: string): Program | undefined {
    return this.state.container.program(name.includes('/') ? resolvePath(this.state.directory, name) : name);
  }

  /** Runs a simple command whose words are known: function, builtin, program. */
  *invoke(argv: readonly string[], extra?: ReadonlyMap<string, string>): Task<number> {
    const name = argv[0] ?? '';
    const body = this.state.functions.get(name);
    if (body) return yield* this.call(body, argv.slice(1));
    const builtin = builtins[name];
    if (builtin) return yield* builtin(this, argv);
    const program = this.find(name);
    if (!program) {
      const isPath = name.includes('/');
      this.say(
        isPath ? `${name}: not found` : this.state.name === 'bash' ? `line 1: ${name}: command not found` : `${name}: not found`,
      );
      return 127;
    }
    return yield* this.runProgram(program, argv, extra);
  }

  *runProgram(program: Program, argv: readonly string[], extra?: ReadonlyMap<string, string>): Task<number> {
    const { container, directory, pid, traps } = this.state;
    const start: ProgramStart = {
      argv,
      env: this.state.environment(extra),
      directory,
      ...this.streams,
      container,
      pid: container.nextPid(),
    };
    try {
      return yield* program(start);
    } catch (error) {
      if (error instanceof BrokenPipe) return 141;
      if (
        !(error instanceof Error) ||
        (error.name !== 'FileSystemError' && error.name !== 'NetworkError' && error.name !== 'SoftwareError')
      )
        throw error;
      this.streams.errors.write(`${argv[0] ?? ''}: ${error.message}\n`);
      return 1;
    } finally {
      if (pid === 1 && traps.size > 0) container.onSignal((signal) => this.receive(signal));
    }
  }

  *script(script: Script): Task<number> {
    for (const item of script) {
      if (item.isBackground) startJob(this, item);
      else yield* this.andOr(item);
      if (this.pendingSignals.length > 0) yield* this.runTraps();
    }
    return this.state.lastStatus;
  }

  private *runTraps(): Task<void> {
    for (let signal = this.pendingSignals.shift(); signal !== undefined; signal = this.pendingSignals.shift()) {
      const { lastStatus } = this.state;
      yield* this.source(this.state.traps.get(signal) ?? '');
      this.state.lastStatus = lastStatus;
    }
  }

  /** Runs a script in a subshell of its own; whatever ends it becomes its exit code. */
  *guarded(script: Script): Task<number> {
    let code: number;
    try {
      code = yield* this.script(script);
    } catch (error) {
      code = this.codeOf(error);
    } finally {
      this.state.container.jobs.delete(this.state.pid);
    }
    return code & 255;
  }

  private *andOr(item: AndOr): Task<number> {
    const { rest } = item;
    if (rest.length > 0) this.inCondition++;
    let status: number;
    let isLast = rest.length === 0;
    try {
      status = yield* this.pipeline(item.first);
      for (const [at, { operator, pipeline }] of rest.entries()) {
        isLast = at === rest.length - 1;
        if ((operator === '&&') !== (status === 0)) {
          isLast = false;
          continue;
        }
        if (isLast) {
          this.inCondition--;
          try {
            status = yield* this.pipeline(pipeline);
          } finally {
            this.inCondition++;
          }
        } else status = yield* this.pipeline(pipeline);
      }
    } finally {
      if (rest.length > 0) this.inCondition--;
    }
    if (status !== 0 && isLast && this.state.stopsOnError && this.inCondition === 0 && !item.first.isNegated)
      throw new ShellExit(status);
    return status;
  }

  private *pipeline(pipeline: Pipeline): Task<number> {
    const { commands, isNegated } = pipeline;
    const only = commands[0];
    if (isNegated) this.inCondition++;
    let status: number;
    try {
      status = commands.length === 1 && only ? yield* this.command(only) : yield* runPipes(this, commands);
    } finally {
      if (isNegated) this.inCondition--;
    }
    if (isNegated) status = status === 0 ? 1 : 0;
    this.state.lastStatus = status;
    return status;
  }

  private *command(command: Command): Task<number> {
    if (command.kind === 'simple') return yield* this.simple(command);
    if (command.kind === 'function') {
      this.state.functions.set(command.name, command.body);
      return 0;
    }
    if (command.redirects.length === 0) return yield* this.compound(command);
    try {
      const streams = yield* redirected(this.state, this.expander, this.streams, command.redirects);
      return yield* this.withStreams(streams, () => this.compound(command));
    } catch (error) {
      return this.failed(error);
    }
  }

  private *compound(command: Exclude<Command, { kind: 'simple' | 'function' }>): Task<number> {
    switch (command.kind) {
      case 'group':
        return command.isSubshell
          ? yield* new Shell(this.state.fork(this.state.pid), this.streams).guarded(command.body)
          : yield* this.script(command.body);
      case 'if':
        for (const { condition, body } of command.branches) if (yield* this.holds(condition)) return yield* this.block(body);
        return command.otherwise ? yield* this.block(command.otherwise) : 0;
      case 'loop':
        return yield* this.loop(command);
      case 'for':
        return yield* this.forEach(command.name, command.words, command.body);
      case 'for-arithmetic':
        return yield* this.forArithmetic(command.parts, command.body);
      case 'case': {
        const text = yield* this.expander.text(command.word);
        for (const { patterns, body } of command.arms) {
          for (const word of patterns) {
            const { pattern } = yield* this.expander.pattern(word);
            if (patternToRegExp(pattern).test(text)) return yield* this.block(body);
          }
        }
        return 0;
      }
      case 'test':
        return yield* this.test(command.words);
      case 'arithmetic':
        yield* this.pace.breathe();
        return (yield* this.expander.arithmetic(command.word)) !== 0 ? 0 : 1;
    }
  }

  private *block(body: Script): Task<number> {
    this.state.lastStatus = 0;
    return yield* this.script(body);
  }

  private *holds(condition: Script): Task<boolean> {
    this.inCondition++;
    try {
      return (yield* this.script(condition)) === 0;
    } finally {
      this.inCondition--;
    }
  }

  private *loop(command: Extract<Command, { kind: 'loop' }>): Task<number> {
    let status = 0;
    while ((yield* this.holds(command.condition)) !== command.isUntil) {
      yield* this.pace.breathe();
      const next = yield* this.once(command.body);
      if (next === undefined) return 0;
      status = next;
    }
    return status;
  }

  private *forEach(name: string, words: readonly Word[] | undefined, body: Script): Task<number> {
    const items = words ? yield* this.expander.fields(words) : this.state.positional;
    let status = 0;
    for (const item of items) {
      this.state.set(name, item);
      const next = yield* this.once(body);
      if (next === undefined) return 0;
      status = next;
    }
    return status;
  }

  private *forArithmetic(parts: readonly Word[], body: Script): Task<number> {
    const [first = [], condition = [], step = []] = parts;
    let status = 0;
    for (
      yield* this.expander.arithmetic(first);
      condition.length === 0 || (yield* this.expander.arithmetic(condition)) !== 0;
      yield* this.expander.arithmetic(step)
    ) {
      yield* this.pace.breathe();
      const next = yield* this.once(body);
      if (next === undefined) return 0;
      status = next;
    }
    return status;
  }

  /** One round of a loop; undefined when it is over. */
  private *once(body: Script): Task<number | undefined> {
    try {
      return yield* this.script(body);
    } catch (error) {
      if (!(error instanceof LoopJump)) throw error;
      if (--error.levels > 0) throw error;
      return error.isBreak ? undefined : 0;
    }
  }

  private *test(words: readonly Word[]): Task<number> {
    yield* this.pace.breathe();
    const texts: string[] = [];
    const patterns: string[] = [];
    for (const word of words) {
      const { text, pattern } = yield* this.expander.pattern(word);
      texts.push(text);
      patterns.push(pattern);
    }
    const { state } = this;
    try {
      const holds = evaluateTest(
        texts,
        {
          files: state.container.files,
          directory: state.directory,
          isExtended: true,
          isSet: (name) => state.variables.has(name),
          matched: (groups) => state.set('BASH_REMATCH', groups),
        },
        patterns,
      );
      return holds ? 0 : 1;
    } catch (error) {
      return this.failed(error);
    }
  }

  private *simple(command: Extract<Command, { kind: 'simple' }>): Task<number> {
    yield* this.pace.breathe();
    try {
      this.substitutionStatus = undefined;
      const argv = yield* this.expander.fields(command.words);
      if (this.state.traces && argv.length > 0) this.streams.errors.write(`+ ${argv.join(' ')}\n`);
      if (argv.length === 0) {
        yield* this.assign(command.assignments);
        if (command.redirects.length > 0) yield* redirected(this.state, this.expander, this.streams, command.redirects);
        return this.substitutionStatus ?? 0;
      }
      const extra = command.assignments.length > 0 ? yield* this.temporary(command.assignments) : undefined;
      const streams =
        command.redirects.length > 0
          ? yield* redirected(this.state, this.expander, this.streams, command.redirects)
          : this.streams;
      if (argv[0] === 'exec' && argv.length === 1) {
        this.streams = streams;
        return 0;
      }
      const status =
        streams === this.streams
          ? yield* this.invoke(argv, extra)
          : yield* this.withStreams(streams, () => this.invoke(argv, extra));
      if (streams.output instanceof Pipe) yield* streams.output.drain();
      return status;
    } catch (error) {
      return this.failed(error);
    }
  }

  private *assign(assignments: readonly Assignment[]): Task<void> {
    for (const { name, isAppend, value, items } of assignments) {
      const next = items ? yield* this.expander.fields(items) : yield* this.expander.text(value);
      this.state.set(name, assigned(this.state.variables.get(name), next, isAppend));
    }
  }

  private *temporary(assignments: readonly Assignment[]): Task<ReadonlyMap<string, string>> {
    const extra = new Map<string, string>();
    for (const { name, value } of assignments) extra.set(name, yield* this.expander.text(value));
    return extra;
  }

  private *capture(script: Script): Task<string> {
    const output = new Capture();
    const sub = new Shell(this.state.fork(this.state.pid), { ...this.streams, output });
    sub.calls = this.calls + 1;
    if (sub.calls > deepestCalls) throw new ShellFailure('maximum recursion level reached');
    this.substitutionStatus = yield* sub.guarded(script);
    this.state.lastStatus = this.substitutionStatus;
    return output.text;
  }

  private *call(body: Command, args: readonly string[]): Task<number> {
    if (++this.calls > deepestCalls) throw new ShellFailure('maximum function nesting level exceeded');
    const { positional } = this.state;
    this.state.positional = args;
    this.state.locals.push(new Map());
    try {
      return yield* this.command(body);
    } catch (error) {
      if (error instanceof FunctionReturn) return error.code;
      throw error;
    } finally {
      this.calls--;
      this.state.positional = positional;
      for (const [name, value] of this.state.locals.pop() ?? []) {
        if (value === undefined) this.state.variables.delete(name);
        else this.state.set(name, value);
      }
    }
  }

  /** The status of a command that failed by what the shell itself says. */
  private failed(error: unknown): number {
    if (
      error instanceof ShellFailure ||
      error instanceof TestError ||
      error instanceof ArithmeticError ||
      error instanceof FileSystemError
    ) {
      this.say(error.message);
      if (error instanceof ShellFailure && error.code === 2) throw new ShellExit(2);
      return error instanceof TestError ? 2 : 1;
    }
    if (error instanceof SyntaxError) {
      this.say(`bad regular expression: ${error.message}`);
      return 2;
    }
    throw error;
  }

  private codeOf(error: unknown): number {
    if (error instanceof ShellExit) return error.code;
    if (error instanceof FunctionReturn) return error.code;
    if (error instanceof LoopJump) return 0;
    if (error instanceof BrokenPipe) return 141;
    if (error instanceof ShellSyntaxError) {
      this.say(error.message);
      return 2;
    }
    return this.failed(error);
  }
}
