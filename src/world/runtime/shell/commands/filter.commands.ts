// Tools that read lines and write some of them, or something about them.
import type { Task } from '@/simulation/process/task.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { expandClasses } from '../glob.ts';
import { unescape } from '../word-reader.ts';
import { fail, joinLines, linesOf, readInputs, readOptions } from './command-line.ts';

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
  return withClasses.replace(
    /\\([(){}|+?])|([(){}|+?])/g,
    (_all, escaped: string | undefined, bare: string | undefined) => escaped ?? `\\${bare ?? ''}`,
  );
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
  start.output.write(
    joinLines(kept.map(({ line, count }) => (options.has('c') ? `${String(count).padStart(7)} ${line}` : line))),
  );
  return code;
}

function characterSet(text: string): string[] {
  const names: Readonly<Record<string, string>> = {
    '[:upper:]': 'A-Z',
    '[:lower:]': 'a-z',
    '[:digit:]': '0-9',
    '[:space:]': ' \t\n\r',
    '[:alpha:]': 'A-Za-z',
    '[:alnum:]': 'A-Za-z0-9',
    '[:punct:]': '!"#$%&\'()*+,./:;<=>?@[\\]^_`{|}~-',
  };
  const plain = unescape(text.replace(/\[:\w+:\]/g, (name) => names[name] ?? name));
  return [
    ...plain.replace(/(.)-(.)/gs, (_all, a: string, b: string) => {
      let range = '';
      for (let code = a.charCodeAt(0); code <= b.charCodeAt(0) && range.length < 256; code++) range += String.fromCharCode(code);
      return range;
    }),
  ];
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
      const next =
        isHit && to.length > 0 ? (isComplement ? (to.at(-1) ?? c) : (to[Math.min(from.indexOf(c), to.length - 1)] ?? c)) : c;
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
  const pick = (items: readonly string[]): string[] =>
    items.filter((_item, at) => wanted.some(({ from, to }) => at + 1 >= from && at + 1 <= to));
  const delimiter = options.get('d') ?? '\t';
  start.output.write(
    joinLines(
      linesOf(text).map((line) =>
        options.has('f')
          ? line.includes(delimiter)
            ? pick(line.split(delimiter)).join(delimiter)
            : line
          : pick([...line]).join(''),
      ),
    ),
  );
  return code;
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

function* base64(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'w');
  const { text, code } = yield* readInputs(start, operands);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  if (options.has('d')) {
    let bits = '';
    for (const c of text.replace(/[^A-Za-z0-9+/]/g, '')) bits += alphabet.indexOf(c).toString(2).padStart(6, '0');
    start.output.write(
      bits
        .match(/.{8}/g)
        ?.map((byte) => String.fromCharCode(parseInt(byte, 2)))
        .join('') ?? '',
    );
    return code;
  }
  let out = '';
  for (let at = 0; at < text.length; at += 3) {
    const chunk = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)].map((byte) =>
      Number.isNaN(byte) ? 0 : byte & 255,
    );
    const bits = ((chunk[0] ?? 0) << 16) | ((chunk[1] ?? 0) << 8) | (chunk[2] ?? 0);
    for (let sextet = 0; sextet < 4; sextet++)
      out += at + sextet > text.length ? '=' : alphabet.charAt((bits >> (18 - 6 * sextet)) & 63);
  }
  start.output.write(`${out}\n`);
  return code;
}

export const commands: Readonly<Record<string, Program>> = {
  grep,
  egrep: grep,
  fgrep: grep,
  wc,
  sort,
  uniq,
  tr,
  cut,
  rev,
  nl,
  base64,
};
