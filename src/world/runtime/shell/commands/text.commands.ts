// Tools that write text, pass it on, or follow it.
import type { Task } from '@/simulation/process/task.ts';
import { milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { toJavaScript } from './filter.commands.ts';
import { unescape } from '../word-reader.ts';
import { complain, fail, joinLines, linesOf, pathOf, readInputs, readOptions } from './command-line.ts';

function* echo({ argv, output }: ProgramStart): Task<number> {
  let at = 1;
  let isPlain = true;
  let endsLine = true;
  for (; /^-[neE]+$/.test(argv[at] ?? ''); at++) {
    if (argv[at]?.includes('n')) endsLine = false;
    if (argv[at]?.includes('e')) isPlain = false;
  }
  const text = argv.slice(at).join(' ');
  output.write((isPlain ? text : unescape(text).replace(/\\c.*$/s, '')) + (endsLine ? '\n' : ''));
  return 0;
}

/** What `printf` makes of its format and arguments. */
export function formatText(format: string, args: readonly string[]): string {
  let out = '';
  let next = 0;
  do {
    const before = next;
    out += unescape(format).replace(
      /%(-?)(0?)(\d*)(?:\.(\d+))?([sdiuxXofcbq%])/g,
      (_all, left: string, zero: string, width: string, precision: string | undefined, kind: string) => {
        if (kind === '%') return '%';
        const arg = args[next++] ?? '';
        let text = arg;
        if ('diu'.includes(kind)) text = String(Math.trunc(Number(arg) || 0));
        else if (kind === 'x') text = Math.trunc(Number(arg) || 0).toString(16);
        else if (kind === 'X')
          text = Math.trunc(Number(arg) || 0)
            .toString(16)
            .toUpperCase();
        else if (kind === 'o') text = Math.trunc(Number(arg) || 0).toString(8);
        else if (kind === 'f') text = (Number(arg) || 0).toFixed(Number(precision ?? 6));
        else if (kind === 'c') text = arg.charAt(0);
        else if (kind === 'b') text = unescape(arg);
        else if (precision !== undefined) text = arg.slice(0, Number(precision));
        const size = Math.min(Number(width || 0), 10_000);
        return left ? text.padEnd(size) : text.padStart(size, zero && kind !== 's' ? '0' : ' ');
      },
    );
    if (next === before) break;
  } while (next < args.length);
  return out;
}

function* printf(start: ProgramStart): Task<number> {
  if (start.argv.length < 2) return fail(start, 'usage: printf FORMAT [ARG]...');
  start.output.write(formatText(start.argv[1] ?? '', start.argv.slice(2)));
  return 0;
}

function* cat(start: ProgramStart): Task<number> {
  const { operands, options } = readOptions(start.argv);
  let code = 0;
  let line = 0;
  const number = (text: string): string =>
    options.has('n') ? joinLines(linesOf(text).map((one) => `${String(++line).padStart(6)}\t${one}`)) : text;
  for (const path of operands.length > 0 ? operands : ['-']) {
    if (path === '-') {
      for (let piece = yield* start.input.read(); piece !== undefined; piece = yield* start.input.read()) {
        start.output.write(number(piece));
        yield* start.output.drain();
      }
      continue;
    }
    const content = start.container.files.read(pathOf(start, path));
    if (content === undefined) code = complain(start, path);
    else start.output.write(number(content));
  }
  return code;
}

function* head(start: ProgramStart): Task<number> {
  const argv = start.argv.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word));
  const { options, operands } = readOptions(argv, 'nc');
  const bytes = options.get('c');
  if (operands.length > 0 || bytes !== undefined) {
    const { text, code } = yield* readInputs(start, operands);
    start.output.write(
      bytes !== undefined ? text.slice(0, Number(bytes)) : joinLines(linesOf(text).slice(0, Number(options.get('n') ?? 10))),
    );
    return code;
  }
  for (let count = Number(options.get('n') ?? 10); count > 0; count--) {
    const line = yield* start.input.readLine();
    if (line === undefined) break;
    start.output.write(`${line}\n`);
  }
  return 0;
}

function* tail(start: ProgramStart): Task<number> {
  const argv = start.argv.map((word) => (/^-\d+$/.test(word) ? `-n${word.slice(1)}` : word));
  const { options, operands } = readOptions(argv, 'nc');
  const count = options.get('n') ?? '10';
  const cut = (text: string): string =>
    joinLines(
      count.startsWith('+')
        ? linesOf(text).slice(Number(count) - 1)
        : Number(count) === 0
          ? []
          : linesOf(text).slice(-Math.abs(Number(count))),
    );
  const isFollowing = options.has('f') || options.has('F') || options.has('follow');
  if (!isFollowing) {
    const { text, code } = yield* readInputs(start, operands);
    start.output.write(cut(text));
    return code;
  }
  const path = operands[0];
  if (path === undefined) return fail(start, 'nothing to follow');
  return yield* follow(start, pathOf(start, path), path, cut, options.has('F'));
}

function* follow(
  start: ProgramStart,
  path: string,
  name: string,
  cut: (text: string) => string,
  waitsForFile: boolean,
): Task<number> {
  const { files } = start.container;
  let known = files.read(path);
  if (known === undefined && !waitsForFile && path !== '/dev/null') return complain(start, name);
  if (known !== undefined) start.output.write(cut(known));
  else start.errors.write(`tail: can't open '${name}': No such file or directory\n`);
  for (;;) {
    yield* untilChange(start, path);
    const now = files.read(path);
    if (now === undefined) {
      known = undefined;
      continue;
    }
    const isGrown = known !== undefined && now.length >= known.length;
    start.output.write(isGrown ? now.slice(known?.length ?? 0) : now);
    known = now;
    yield* start.output.drain();
  }
}

/** Waits until a file may have changed: told by the disk where that is possible, else by looking again. */
function* untilChange(start: ProgramStart, path: string): Task<void> {
  const { container } = start;
  let stop: (() => void) | undefined;
  let isWatched = true;
  yield {
    subscribe: (resume) => {
      stop = container.files.watch(path, () => resume(undefined));
      if (stop) return stop;
      isWatched = false;
      const timer = container.process.after(seconds(1), () => resume(undefined));
      return () => timer.cancel();
    },
  };
  stop?.();
  // What one command writes in pieces arrives as one.
  if (isWatched) yield* container.sleep(milliseconds(1));
}

function* tee(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const { files } = start.container;
  if (!options.has('a')) for (const path of operands) files.write(pathOf(start, path), '');
  for (let piece = yield* start.input.read(); piece !== undefined; piece = yield* start.input.read()) {
    for (const path of operands) files.append(pathOf(start, path), piece);
    start.output.write(piece);
    yield* start.output.drain();
  }
  return 0;
}

function* seq(start: ProgramStart): Task<number> {
  const numbers = start.argv
    .slice(1)
    .filter((word) => /^-?[\d.]+$/.test(word))
    .map(Number);
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0] ?? 0]
      : numbers.length === 2
        ? [numbers[0] ?? 1, 1, numbers[1] ?? 0]
        : [numbers[0] ?? 1, numbers[1] ?? 1, numbers[2] ?? 0];
  if (step === 0) return fail(start, 'zero increment');
  for (let n = first, count = 0; (step > 0 ? n <= last : n >= last) && count < 1_000_000; n += step, count++) {
    start.output.write(`${n}\n`);
    if (count % 1000 === 999) yield* start.output.drain();
  }
  return 0;
}

function* yes(start: ProgramStart): Task<number> {
  const text = `${start.argv.slice(1).join(' ') || 'y'}\n`;
  for (;;) {
    start.output.write(text.repeat(100));
    yield* start.output.drain();
    yield* start.container.sleep(milliseconds(100));
  }
}

function* expr(start: ProgramStart): Task<number> {
  const [a = '', operator, b = ''] = start.argv.slice(1);
  const [x, y] = [Number(a), Number(b)];
  const results: Readonly<Record<string, () => number | string>> = {
    '+': () => x + y,
    '-': () => x - y,
    '*': () => x * y,
    '/': () => Math.trunc(x / y),
    '%': () => x % y,
    '=': () => Number(a === b),
    '!=': () => Number(a !== b),
    '<': () => Number(x < y),
    '>': () => Number(x > y),
    '<=': () => Number(x <= y),
    '>=': () => Number(x >= y),
    ':': () => {
      const found = new RegExp(`^${toJavaScript(b, false)}`).exec(a);
      return found?.[1] ?? found?.[0].length ?? 0;
    },
    '|': () => (a !== '' && a !== '0' ? a : b),
    '&': () => (a !== '' && a !== '0' && b !== '' && b !== '0' ? a : 0),
  };
  if (operator === undefined) {
    start.output.write(`${a}\n`);
    return a === '' || a === '0' ? 1 : 0;
  }
  const result = results[operator]?.();
  if (result === undefined || (typeof result === 'number' && !Number.isFinite(result))) return fail(start, 'syntax error', 2);
  start.output.write(`${result}\n`);
  return result === 0 || result === '' ? 1 : 0;
}

function* basename({ argv, output }: ProgramStart): Task<number> {
  const name = (argv[1] ?? '').replace(/\/+$/, '').replace(/^.*\//, '');
  const suffix = argv[2] ?? '';
  output.write(`${suffix !== '' && name.endsWith(suffix) && name !== suffix ? name.slice(0, -suffix.length) : name}\n`);
  return 0;
}

function* dirname({ argv, output }: ProgramStart): Task<number> {
  const path = (argv[1] ?? '').replace(/\/+$/, '');
  output.write(`${path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.'}\n`);
  return 0;
}

function* xargs(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv.slice(0, 1).concat(start.argv.slice(1)), 'nI');
  const words = (yield* start.input.readAll()).split(options.has('0') ? '\0' : /\s+/).filter((word) => word !== '');
  const first = start.argv.findIndex((word, at) => at > 0 && word === operands[0]);
  const command = first < 0 ? ['echo'] : start.argv.slice(first);
  const program = start.container.program(command[0] ?? '');
  if (!program) return fail(start, `${command[0] ?? ''}: No such file or directory`, 127);
  const placeholder = options.get('I');
  const size = placeholder !== undefined ? 1 : Number(options.get('n') ?? words.length) || 1;
  let code = 0;
  for (let at = 0; at < words.length; at += size) {
    const chunk = words.slice(at, at + size);
    const argv =
      placeholder !== undefined ? command.map((word) => word.replaceAll(placeholder, chunk[0] ?? '')) : [...command, ...chunk];
    if ((yield* program({ ...start, argv })) !== 0) code = 123;
  }
  return code;
}

export const commands: Readonly<Record<string, Program>> = {
  echo,
  printf,
  cat,
  head,
  tail,
  tee,
  seq,
  yes,
  expr,
  basename,
  dirname,
  xargs,
};
