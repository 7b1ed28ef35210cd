// Commands that the shell itself carries out, because they change the shell.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { resolvePath } from '../../volumes/memory-tree.ts';
import { signalNumber, signalNumbers } from '../program.ts';
import { evaluate } from './arithmetic.ts';
import { splitFields } from './expansion.ts';
import type { Shell } from './shell.ts';
import { FunctionReturn, LoopJump, ShellExit, ShellFailure } from './state.ts';
import { evaluateTest } from './test-expression.ts';

export type Builtin = (shell: Shell, argv: readonly string[]) => Task<number>;

function* cd(shell: Shell, argv: readonly string[]): Task<number> {
  const { state } = shell;
  const wanted = argv[1] === '-' ? (state.get('OLDPWD') ?? '/') : (argv[1] ?? state.get('HOME') ?? '/');
  const path = resolvePath(state.directory, wanted);
  if (path !== '/' && state.container.files.stat(path)?.isDirectory !== true)
    throw new ShellFailure(`cd: can't cd to ${wanted}: No such file or directory`);
  state.set('OLDPWD', state.directory);
  state.directory = path;
  state.set('PWD', path);
  return 0;
}

function* exportNames(shell: Shell, argv: readonly string[]): Task<number> {
  const { state } = shell;
  if (argv.length === 1 || argv[1] === '-p') {
    for (const [name, value] of Object.entries(state.environment()).sort()) shell.io.output.write(`export ${name}='${value}'\n`);
    return 0;
  }
  for (const word of argv.slice(1)) {
    if (word.startsWith('-')) continue;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals >= 0) state.set(name, word.slice(equals + 1));
    state.exported.add(name);
  }
  return 0;
}

function* local(shell: Shell, argv: readonly string[]): Task<number> {
  const { state } = shell;
  const frame = state.locals.at(-1);
  for (const word of argv.slice(1)) {
    if (word.startsWith('-')) continue;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (argv[0] === 'local' && frame && !frame.has(name)) frame.set(name, state.variables.get(name));
    if (equals >= 0) state.set(name, word.slice(equals + 1));
    else if (argv[0] === 'local') state.set(name, '');
  }
  return 0;
}

function* unset(shell: Shell, argv: readonly string[]): Task<number> {
  for (const name of argv.slice(1)) {
    shell.state.variables.delete(name);
    shell.state.exported.delete(name);
    if (argv[1] === '-f') shell.state.functions.delete(name);
  }
  return 0;
}

function* set(shell: Shell, argv: readonly string[]): Task<number> {
  const { state } = shell;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      state.positional = argv.slice(at + 1);
      return 0;
    }
    if (!/^[-+]/.test(word)) {
      state.positional = argv.slice(at);
      return 0;
    }
    const isOn = word.startsWith('-');
    const letters = word.slice(1) === 'o' ? `o ${argv[++at] ?? ''}` : word.slice(1);
    if (letters.startsWith('o ') || letters.includes('o')) {
      const option = letters.startsWith('o ') ? letters.slice(2) : (argv[++at] ?? '');
      if (option === 'pipefail') state.failsPipes = isOn;
      if (option === 'errexit') state.stopsOnError = isOn;
      if (option === 'nounset') state.refusesUnset = isOn;
      if (option === 'xtrace') state.traces = isOn;
      if (letters.startsWith('o ')) continue;
    }
    if (letters.includes('e')) state.stopsOnError = isOn;
    if (letters.includes('x')) state.traces = isOn;
    if (letters.includes('u')) state.refusesUnset = isOn;
    if (letters.includes('f')) state.noGlob = isOn;
  }
  return 0;
}

function* shift(shell: Shell, argv: readonly string[]): Task<number> {
  const count = Number(argv[1] ?? 1);
  if (count > shell.state.positional.length) return 1;
  shell.state.positional = shell.state.positional.slice(count);
  return 0;
}

function* read(shell: Shell, argv: readonly string[]): Task<number> {
  const { state, io } = shell;
  const names: string[] = [];
  let isRaw = false;
  let patience: number | undefined;
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '-p') io.errors.write(argv[++at] ?? '');
    else if (word === '-t') patience = Number(argv[++at]);
    else if (/^-[dnNu]$/.test(word)) at++;
    else if (word.startsWith('-')) isRaw ||= word.includes('r');
    else names.push(word);
  }
  const line =
    patience === undefined
      ? yield* io.input.readLine()
      : yield* state.container.process.within(seconds(patience), io.input.readLine());
  const text = isRaw ? (line ?? '') : (line ?? '').replace(/\\(.)/g, '$1');
  if (names.length === 0) names.push('REPLY');
  const ifs = state.get('IFS') ?? ' \t\n';
  let rest = text;
  for (const [at, name] of names.entries()) {
    if (at === names.length - 1) state.set(name, ifs === '' ? rest : trimIfs(rest, ifs));
    else {
      const [first = ''] = splitFields(rest, ifs).fields;
      state.set(name, first);
      rest = trimIfs(rest, ifs, true)
        .slice(first.length)
        .replace(/^[^\s\w]/, (c) => (ifs.includes(c) ? '' : c));
    }
  }
  return line === undefined ? 1 : 0;
}

function trimIfs(text: string, ifs: string, isStartOnly = false): string {
  let from = 0;
  let to = text.length;
  while (from < to && ' \t\n'.includes(text.charAt(from)) && ifs.includes(text.charAt(from))) from++;
  while (!isStartOnly && to > from && ' \t\n'.includes(text.charAt(to - 1)) && ifs.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

function* trap(shell: Shell, argv: readonly string[]): Task<number> {
  const { state } = shell;
  const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  if (words.length < 2) return 0;
  const [action = '', ...names] = words;
  for (const name of names) {
    const signal = name === 'EXIT' ? 0 : signalNumber(name);
    if (signal === undefined) throw new ShellFailure(`trap: ${name}: invalid signal specification`);
    if (action === '-') state.traps.delete(signal);
    else state.traps.set(signal, action);
  }
  if (state.pid === 1) state.container.onSignal((signal) => shell.receive(signal));
  return 0;
}

function* wait(shell: Shell, argv: readonly string[]): Task<number> {
  const { state } = shell;
  const wanted = argv.slice(1).map((word) => (word.startsWith('%') ? state.jobs[Number(word.slice(1)) - 1]?.pid : Number(word)));
  let status = 0;
  for (const job of [...state.jobs]) {
    if (wanted.length > 0 && !wanted.includes(job.pid)) continue;
    if (!(yield* shell.untilJob(job.handle))) return 143;
    const code = job.code ?? (yield* job.handle.join()) ?? 137;
    state.jobs = state.jobs.filter((other) => other !== job);
    if (wanted.length > 0) status = code;
  }
  return wanted.length > 0 && state.jobs.length === 0 && status === 0 && wanted.includes(undefined) ? 127 : status;
}

function* kill(shell: Shell, argv: readonly string[]): Task<number> {
  let signal = 15;
  let status = 0;
  const words = argv.slice(1);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-l') {
      shell.io.output.write(`${Object.keys(signalNumbers).join(' ')}\n`);
      return 0;
    }
    if (word === '-s') signal = signalNumber(words[++at] ?? '') ?? 15;
    else if (/^-\w/.test(word) && at === 0) signal = signalNumber(word.slice(1)) ?? 15;
    else if (!signalProcess(shell, word, signal)) {
      shell.say(`can't kill pid ${word}: No such process`);
      status = 1;
    }
  }
  return status;
}

function signalProcess(shell: Shell, word: string, signal: number): boolean {
  const { container, jobs } = shell.state;
  const pid = word.startsWith('%') ? (jobs[Number(word.slice(1)) - 1]?.pid ?? -1) : Number(word);
  if (pid === 1 || pid === -1) {
    // A process inside its own namespace cannot kill process 1 with SIGKILL.
    if (signal !== 0 && signal !== 9) container.signal(signal);
    return true;
  }
  const job = container.jobs.get(pid);
  if (signal !== 0) job?.signal(signal);
  return job !== undefined;
}

function* test(shell: Shell, argv: readonly string[]): Task<number> {
  const words = argv[0] === '[' ? argv.slice(1, -1) : argv.slice(1);
  if (argv[0] === '[' && argv.at(-1) !== ']') throw new ShellFailure('[: missing ]', 1);
  const { state } = shell;
  return evaluateTest(words, {
    files: state.container.files,
    directory: state.directory,
    isExtended: false,
    isSet: (name) => state.variables.has(name),
  })
    ? 0
    : 1;
}

function* source(shell: Shell, argv: readonly string[]): Task<number> {
  const text = shell.state.container.files.read(resolvePath(shell.state.directory, argv[1] ?? ''));
  if (text === undefined) throw new ShellFailure(`.: can't open '${argv[1] ?? ''}': No such file or directory`, 2);
  return yield* shell.source(text);
}

function* execute(shell: Shell, argv: readonly string[]): Task<number> {
  throw new ShellExit(yield* shell.invoke(argv.slice(1)));
}

function* commandWord(shell: Shell, argv: readonly string[]): Task<number> {
  const isQuestion = argv[0] === 'type' || argv[0] === 'which' || argv[1] === '-v' || argv[1] === '-V';
  if (!isQuestion) return yield* shell.invoke(argv.slice(1));
  let status = 0;
  for (const name of argv.slice(argv[0] === 'command' ? 2 : 1)) {
    const isOurs = name in builtins || shell.state.functions.has(name);
    if (isOurs || shell.find(name))
      shell.io.output.write(
        argv[0] === 'type'
          ? `${name} is ${isOurs ? 'a shell builtin' : `/bin/${name}`}\n`
          : `${isOurs && argv[0] !== 'which' ? name : `/bin/${name}`}\n`,
      );
    else {
      if (argv[0] === 'type') shell.say(`type: ${name}: not found`);
      status = 1;
    }
  }
  return status;
}

const jump = (isBreak: boolean): Builtin =>
  function* (_shell, argv): Task<number> {
    throw new LoopJump(isBreak, Number(argv[1] ?? 1));
  };

const always = (code: number): Builtin =>
  function* (): Task<number> {
    return code;
  };

/** Every builtin by its name. */
export const builtins: Readonly<Record<string, Builtin>> = {
  ':': always(0),
  true: always(0),
  false: always(1),
  umask: always(0),
  ulimit: always(0),
  readonly: exportNames,
  shopt: always(0),
  jobs: always(0),
  disown: always(0),
  bg: always(0),
  cd,
  export: exportNames,
  local,
  declare: local,
  typeset: local,
  unset,
  set,
  shift,
  read,
  trap,
  wait,
  kill,
  test,
  '[': test,
  '.': source,
  source,
  exec: execute,
  command: commandWord,
  type: commandWord,
  which: commandWord,
  break: jump(true),
  continue: jump(false),
  *pwd(shell) {
    shell.io.output.write(`${shell.state.directory}\n`);
    return 0;
  },
  *exit(shell, argv) {
    throw new ShellExit(argv[1] === undefined ? shell.state.lastStatus : Number(argv[1]) & 255);
  },
  *return(shell, argv) {
    throw new FunctionReturn(argv[1] === undefined ? shell.state.lastStatus : Number(argv[1]) & 255);
  },
  *eval(shell, argv) {
    return yield* shell.source(argv.slice(1).join(' '));
  },
  *let(shell, argv) {
    let value = 0;
    for (const text of argv.slice(1)) value = evaluate(text, shell.state);
    return value !== 0 ? 0 : 1;
  },
};
