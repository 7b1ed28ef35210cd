// Tools that read text and write text.
import type { Task } from '@/simulation/process/task.ts';
import { milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { expandClasses } from '../glob.ts';
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
    out += unescape(format).replace(/%(-?)(0?)(\d*)(?:\.(\d+))?([sdiuxXofcbq%])/g, (_all, left: string, zero: string, width: string, precision: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const arg = args[next++] ?? '';
      let text = arg;
      if ('diu'.includes(kind)) text = String(Math.trunc(Number(arg) || 0));
      else if (kind === 'x') text = Math.trunc(Number(arg) || 0).toString(16);
      else if (kind === 'X') text = Math.trunc(Number(arg) || 0).toString(16).toUpperCase();
      else if (kind === 'o') text = Math.trunc(Number(arg) || 0).toString(8);
      else if (kind === 'f') text = (Number(arg) || 0).toFixed(Number(precision ?? 6));
      else if (kind === 'c') text = arg.charAt(0);
      else if (kind === 'b') text = unescape(arg);
      else if (precision !== undefined) text = arg.slice(0, Number(precision));
      const size = Math.min(Number(width || 0), 10_000);
      return left ? text.padEnd(size) : text.padStart(size, zero && kind !== 's' ? '0' : ' ');
    });
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
  const number = (text: string): string => (options.has('n') ? joinLines(linesOf(text).map((one) => `${String(++line).padStart(6)}\t${one}`)) : text);
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
    start.output.write(bytes !== undefined ? text.slice(0, Number(bytes)) : joinLines(linesOf(text).slice(0, Number(options.get('n') ?? 10))));
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
  const cut = (text: string): string => joinLines(count.startsWith('+') ? linesOf(text).slice(Number(count) - 1) : Number(count) === 0 ? [] : linesOf(text).slice(-Math.abs(Number(count))));
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

function* follow(start: ProgramStart, path: string, name: string, cut: (text: string) => string, waitsForFile: boolean): Task<number> {
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

function* grep(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'emABC');
  const pattern = options.get('e') ?? operands[0];
  if (pattern === undefined) return fail(start, 'missing pattern', 2);
  const paths = options.has('e') ? operands : operands.slice(1);
  const isFixed = options.has('F');
  const isExtended = options.has('E') || options.has('P') || (start.argv[0] ?? '').endsWith('egrep');
  let source = isFixed ? pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&') : toJavaScript(pattern, isExtended);
  if (options.has('w')) source = `\\b(?:${source})\\b`;
  if (options.has('x')) source = `^(?:${source})$`;
  const matcher = new RegExp(source, options.has('i') ? 'i' : '');
  const everywhere = new RegExp(source, options.has('i') ? 'gi' : 'g');
  let count = 0;
  let number = 0;
  const limit = Number(options.get('m') ?? Infinity);
  const isQuiet = options.has('q') || options.has('c');
  const take = (line: string): void => {
    number++;
    if (matcher.test(line) === options.has('v') || count >= limit) return;
    count++;
    if (isQuiet) return;
    const prefix = options.has('n') ? `${number}:` : '';
    for (const text of options.has('o') ? (line.match(everywhere) ?? []) : [line]) start.output.write(`${prefix}${text}\n`);
  };
  let code = 0;
  if (paths.length === 0) {
    for (let line = yield* start.input.readLine(); line !== undefined; line = yield* start.input.readLine()) {
      take(line);
      if (count > 0 && (options.has('q') || count >= limit)) break;
      yield* start.output.drain();
    }
  } else {
    const input = yield* readInputs(start, paths);
    code = input.code === 0 ? 0 : 2;
    for (const line of linesOf(input.text)) take(line);
  }
  if (options.has('c')) start.output.write(`${count}\n`);
  return count > 0 ? 0 : code || 1;
}

/** A POSIX regular expression in JavaScript's words. */
export function toJavaScript(pattern: string, isExtended: boolean): string {
  const withClasses = expandClasses(pattern);
  if (isExtended) return withClasses;
  return withClasses.replace(/\\([(){}|+?])|([(){}|+?])/g, (_all, escaped: string | undefined, bare: string | undefined) => escaped ?? `\\${bare ?? ''}`);
}

function* wc(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const { text, code } = yield* readInputs(start, operands);
  const counts: number[] = [];
  const isAll = !options.has('l') && !options.has('w') && !options.has('c') && !options.has('m');
  if (isAll || options.has('l')) counts.push(text.split('\n').length - 1);
  if (isAll || options.has('w')) counts.push(text.split(/\s+/).filter((word) => word !== '').length);
  if (isAll || options.has('c') || options.has('m')) counts.push(text.length);
  const name = operands.length === 1 ? ` ${operands[0] ?? ''}` : '';
  start.output.write(`${counts.length === 1 ? String(counts[0]) : counts.map((n) => String(n).padStart(9)).join(' ')}${name}\n`);
  return code;
}

function* sort(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'kt');
  const { text, code } = yield* readInputs(start, operands);
  const column = Number((options.get('k') ?? '0').split(/[,.]/)[0]?.replace(/\D/g, ''));
  const isNumeric = options.has('n') || /n/.test(options.get('k') ?? '');
  const key = (line: string): string => (column > 0 ? (line.split(options.get('t') ?? /\s+/)[column - 1] ?? '') : line);
  const compare = (a: string, b: string): number => {
    const [x, y] = [key(a), key(b)];
    if (isNumeric) return (parseFloat(x) || 0) - (parseFloat(y) || 0) || (x < y ? -1 : x > y ? 1 : 0);
    return x < y ? -1 : x > y ? 1 : 0;
  };
  let lines = linesOf(text).sort(compare);
  if (options.has('r')) lines.reverse();
  if (options.has('u')) lines = lines.filter((line, at) => at === 0 || line !== lines[at - 1]);
  start.output.write(joinLines(lines));
  return code;
}

function* uniq(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const { text, code } = yield* readInputs(start, operands);
  const groups: { line: string; count: number }[] = [];
  for (const line of linesOf(text)) {
    const last = groups.at(-1);
    if (last?.line === line) last.count++;
    else groups.push({ line, count: 1 });
  }
  const kept = groups.filter(({ count }) => (options.has('d') ? count > 1 : options.has('u') ? count === 1 : true));
  start.output.write(joinLines(kept.map(({ line, count }) => (options.has('c') ? `${String(count).padStart(7)} ${line}` : line))));
  return code;
}

function characterSet(text: string): string[] {
  const names: Readonly<Record<string, string>> = { '[:upper:]': 'A-Z', '[:lower:]': 'a-z', '[:digit:]': '0-9', '[:space:]': ' \t\n\r', '[:alpha:]': 'A-Za-z', '[:alnum:]': 'A-Za-z0-9', '[:punct:]': '!"#$%&\'()*+,./:;<=>?@[\\]^_`{|}~-' };
  const plain = unescape(text.replace(/\[:\w+:\]/g, (name) => names[name] ?? name));
  return [...plain.replace(/(.)-(.)/gs, (_all, a: string, b: string) => {
    let range = '';
    for (let code = a.charCodeAt(0); code <= b.charCodeAt(0) && range.length < 256; code++) range += String.fromCharCode(code);
    return range;
  })];
}

function* tr(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const from = characterSet(operands[0] ?? '');
  const to = characterSet(operands[1] ?? '');
  const isComplement = options.has('c') || options.has('C');
  const isIn = (c: string): boolean => from.includes(c) !== isComplement;
  for (let piece = yield* start.input.read(); piece !== undefined; piece = yield* start.input.read()) {
    let out = '';
    for (const c of piece) {
      const isHit = isIn(c);
      if (options.has('d') && isHit) continue;
      const next = isHit && to.length > 0 ? (isComplement ? (to.at(-1) ?? c) : (to[Math.min(from.indexOf(c), to.length - 1)] ?? c)) : c;
      if (options.has('s') && out.endsWith(next) && (to.length > 0 ? isHit : from.includes(c))) continue;
      out += next;
    }
    start.output.write(out);
    yield* start.output.drain();
  }
  return 0;
}

function* cut(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'dfcb');
  const { text, code } = yield* readInputs(start, operands);
  const wanted = (options.get('f') ?? options.get('c') ?? options.get('b') ?? '').split(',').map((range) => {
    const [from = '', to] = range.split('-');
    return { from: Number(from || 1), to: to === undefined ? Number(from) : Number(to || Infinity) };
  });
  const pick = (items: readonly string[]): string[] => items.filter((_item, at) => wanted.some(({ from, to }) => at + 1 >= from && at + 1 <= to));
  const delimiter = options.get('d') ?? '\t';
  start.output.write(joinLines(linesOf(text).map((line) => (options.has('f') ? (line.includes(delimiter) ? pick(line.split(delimiter)).join(delimiter) : line) : pick([...line]).join('')))));
  return code;
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
  const numbers = start.argv.slice(1).filter((word) => /^-?[\d.]+$/.test(word)).map(Number);
  const [first, step, last] = numbers.length === 1 ? [1, 1, numbers[0] ?? 0] : numbers.length === 2 ? [numbers[0] ?? 1, 1, numbers[1] ?? 0] : [numbers[0] ?? 1, numbers[1] ?? 1, numbers[2] ?? 0];
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

function* rev(start: ProgramStart): Task<number> {
  const { text, code } = yield* readInputs(start, readOptions(start.argv).operands);
  start.output.write(joinLines(linesOf(text).map((line) => [...line].reverse().join(''))));
  return code;
}

function* nl(start: ProgramStart): Task<number> {
  const { text, code } = yield* readInputs(start, readOptions(start.argv).operands);
  start.output.write(joinLines(linesOf(text).map((line, at) => `${String(at + 1).padStart(6)}\t${line}`)));
  return code;
}

function* expr(start: ProgramStart): Task<number> {
  const [a = '', operator, b = ''] = start.argv.slice(1);
  const [x, y] = [Number(a), Number(b)];
  const results: Readonly<Record<string, () => number | string>> = {
    '+': () => x + y, '-': () => x - y, '*': () => x * y, '/': () => Math.trunc(x / y), '%': () => x % y,
    '=': () => Number(a === b), '!=': () => Number(a !== b), '<': () => Number(x < y), '>': () => Number(x > y), '<=': () => Number(x <= y), '>=': () => Number(x >= y),
    ':': () => {
      const found = new RegExp(`^${toJavaScript(b, false)}`).exec(a);
      return found?.[1] ?? found?.[0].length ?? 0;
    },
    '|': () => (a !== '' && a !== '0' ? a : b), '&': () => (a !== '' && a !== '0' && b !== '' && b !== '0' ? a : 0),
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
    const argv = placeholder !== undefined ? command.map((word) => word.replaceAll(placeholder, chunk[0] ?? '')) : [...command, ...chunk];
    if ((yield* program({ ...start, argv })) !== 0) code = 123;
  }
  return code;
}

function* base64(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'w');
  const { text, code } = yield* readInputs(start, operands);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  if (options.has('d')) {
    let bits = '';
    for (const c of text.replace(/[^A-Za-z0-9+/]/g, '')) bits += alphabet.indexOf(c).toString(2).padStart(6, '0');
    start.output.write(bits.match(/.{8}/g)?.map((byte) => String.fromCharCode(parseInt(byte, 2))).join('') ?? '');
    return code;
  }
  let out = '';
  for (let at = 0; at < text.length; at += 3) {
    const chunk = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)].map((byte) => (Number.isNaN(byte) ? 0 : byte & 255));
    const bits = ((chunk[0] ?? 0) << 16) | ((chunk[1] ?? 0) << 8) | (chunk[2] ?? 0);
    for (let sextet = 0; sextet < 4; sextet++) out += at + sextet > text.length ? '=' : alphabet.charAt((bits >> (18 - 6 * sextet)) & 63);
  }
  start.output.write(`${out}\n`);
  return code;
}

export const commands: Readonly<Record<string, Program>> = {
  echo, printf, cat, head, tail, grep, egrep: grep, fgrep: grep, wc, sort, uniq, tr, cut, tee, seq, yes, rev, nl, expr, basename, dirname, xargs, base64,
};
