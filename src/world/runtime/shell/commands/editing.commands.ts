// sed and awk, in the parts that container scripts use.
import type { Task } from '@/simulation/process/task.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { toJavaScript } from './filter.commands.ts';
import { formatText } from './text.commands.ts';
import { fail, linesOf, pathOf, readInputs } from './command-line.ts';

interface SedCommand {
  readonly from?: RegExp | number | '$';
  readonly to?: RegExp | number | '$';
  readonly isNegated: boolean;
  readonly name: string;
  readonly pattern?: RegExp;
  readonly replacement: string;
  readonly isPrinting: boolean;
  readonly text: string;
}

class SedError extends Error {}

/** Reads a sed script: addresses, and the commands s, d, p, q, a, i, c, y, =. */
function parseSed(script: string, isExtended: boolean): SedCommand[] {
  const commands: SedCommand[] = [];
  let at = 0;
  const delimited = (delimiter: string): string => {
    let text = '';
    for (; at < script.length && script.charAt(at) !== delimiter; at++) {
      if (script.charAt(at) === '\\' && script.charAt(at + 1) === delimiter) at++;
      else if (script.charAt(at) === '\\') text += script.charAt(at++);
      text += script.charAt(at);
    }
    if (at >= script.length) throw new SedError('unterminated command');
    at++;
    return text;
  };
  const address = (): RegExp | number | '$' | undefined => {
    const number = /^\d+/.exec(script.slice(at))?.[0];
    if (number) {
      at += number.length;
      return Number(number);
    }
    if (script.charAt(at) === '$') {
      at++;
      return '$';
    }
    if (script.charAt(at) !== '/') return undefined;
    at++;
    return new RegExp(toJavaScript(delimited('/'), isExtended));
  };
  while (at < script.length) {
    if (/[\s;{}]/.test(script.charAt(at))) {
      at++;
      continue;
    }
    const from = address();
    let to: ReturnType<typeof address>;
    if (script.charAt(at) === ',') {
      at++;
      to = address();
    }
    while (script.charAt(at) === ' ') at++;
    const isNegated = script.charAt(at) === '!';
    if (isNegated) at++;
    const name = script.charAt(at++);
    const base = { from, to, isNegated, name, replacement: '', isPrinting: false, text: '' };
    if (name === 's' || name === 'y') {
      const delimiter = script.charAt(at++);
      const pattern = delimited(delimiter);
      const replacement = delimited(delimiter);
      const flags = /^[gpiIe0-9]*/.exec(script.slice(at))?.[0] ?? '';
      at += flags.length;
      const source = name === 'y' ? pattern : toJavaScript(pattern, isExtended);
      commands.push({
        ...base,
        text: source,
        pattern: name === 'y' ? undefined : new RegExp(source, (flags.includes('g') ? 'g' : '') + (/i/i.test(flags) ? 'i' : '')),
        replacement,
        isPrinting: flags.includes('p'),
      });
    } else if ('aic'.includes(name)) {
      const end = script.indexOf('\n', at);
      commands.push({ ...base, text: script.slice(at, end < 0 ? undefined : end).replace(/^\s*\\?\n?\s*/, '') });
      at = end < 0 ? script.length : end;
    } else if ('dpq='.includes(name)) commands.push(base);
    else throw new SedError(`unsupported command ${name}`);
  }
  return commands;
}

function replace(line: string, command: SedCommand): string {
  if (!command.pattern) return [...line].map((c) => command.replacement.charAt(command.text.indexOf(c)) || c).join('');
  return line.replace(command.pattern, (...found: unknown[]) =>
    command.replacement.replace(/\\(\d|n|t|&|.)|&/g, (mark, key: string | undefined) => {
      if (mark === '&') return String(found[0]);
      if (key !== undefined && /\d/.test(key)) return String(found[Number(key)] ?? '');
      return key === 'n' ? '\n' : key === 't' ? '\t' : (key ?? '');
    }),
  );
}

function runSed(commands: readonly SedCommand[], lines: readonly string[], isQuiet: boolean): string {
  const open = new Set<SedCommand>();
  let out = '';
  for (const [at, original] of lines.entries()) {
    let line = original;
    let isDeleted = false;
    let after = '';
    let isLast = false;
    const hits = (address: SedCommand['from']): boolean =>
      address instanceof RegExp ? address.test(line) : address === '$' ? at === lines.length - 1 : address === at + 1;
    for (const command of commands) {
      let applies = command.from === undefined || hits(command.from);
      if (command.to !== undefined) {
        if (open.has(command)) {
          applies = true;
          if (hits(command.to)) open.delete(command);
        } else if (applies && !(typeof command.to === 'number' && command.to <= at + 1)) open.add(command);
      }
      if (applies === command.isNegated) continue;
      if (command.name === 's' || command.name === 'y') {
        const next = replace(line, command);
        if (command.isPrinting && next !== line) out += `${next}\n`;
        line = next;
      } else if (command.name === 'p') out += `${line}\n`;
      else if (command.name === '=') out += `${at + 1}\n`;
      else if (command.name === 'a') after += `${command.text}\n`;
      else if (command.name === 'i') out += `${command.text}\n`;
      else if (command.name === 'q') isLast = true;
      else {
        if (command.name === 'c') out += `${command.text}\n`;
        isDeleted = true;
        break;
      }
    }
    if (!isDeleted && !isQuiet) out += `${line}\n`;
    out += after;
    if (isLast) break;
  }
  return out;
}

function* sed(start: ProgramStart): Task<number> {
  const scripts: string[] = [];
  const paths: string[] = [];
  let isQuiet = false;
  let isExtended = false;
  let isInPlace = false;
  for (let at = 1; at < start.argv.length; at++) {
    const word = start.argv[at] ?? '';
    if (word === '-e') scripts.push(start.argv[++at] ?? '');
    else if (/^-[nErsi]+/.test(word)) {
      isQuiet ||= word.includes('n');
      isExtended ||= /[Er]/.test(word);
      isInPlace ||= word.includes('i');
    } else if (scripts.length === 0) scripts.push(word);
    else paths.push(word);
  }
  let commands: SedCommand[];
  try {
    commands = parseSed(scripts.join('\n'), isExtended);
  } catch (error) {
    if (!(error instanceof SedError) && !(error instanceof SyntaxError)) throw error;
    return fail(start, error.message);
  }
  if (isInPlace) {
    for (const path of paths) {
      const content = start.container.files.read(pathOf(start, path));
      if (content === undefined) return fail(start, `${path}: No such file or directory`);
      start.container.files.write(pathOf(start, path), runSed(commands, linesOf(content), isQuiet));
    }
    return 0;
  }
  if (paths.length > 0 || commands.some((command) => command.from === '$' || command.to === '$')) {
    const { text, code } = yield* readInputs(start, paths);
    start.output.write(runSed(commands, linesOf(text), isQuiet));
    return code;
  }
  const lines: string[] = [];
  const needsAll = commands.some(
    (command) => command.to !== undefined || typeof command.from === 'number' || command.name === 'q' || command.name === '=',
  );
  for (let line = yield* start.input.readLine(); line !== undefined; line = yield* start.input.readLine()) {
    if (needsAll) lines.push(line);
    else start.output.write(runSed(commands, [line], isQuiet));
    yield* start.output.drain();
  }
  if (needsAll) start.output.write(runSed(commands, lines, isQuiet));
  return 0;
}

/** What an awk expression may name. */
interface AwkRow {
  readonly fields: readonly string[];
  readonly line: string;
  readonly number: number;
  readonly variables: Map<string, string>;
}

function awkValue(text: string, row: AwkRow): string {
  const term = text.trim();
  if (term.startsWith('"')) return term.slice(1, -1).replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\"/g, '"');
  if (term === '$0') return row.line;
  if (term === '$NF') return row.fields.at(-1) ?? '';
  const field = /^\$\(?(\d+|NF-\d+)\)?$/.exec(term)?.[1];
  if (field)
    return (
      (field.startsWith('NF') ? row.fields[row.fields.length - 1 - Number(field.slice(3))] : row.fields[Number(field) - 1]) ?? ''
    );
  if (term === 'NR') return String(row.number);
  if (term === 'NF') return String(row.fields.length);
  const sum = /^(.+?)\s*([-+*/%])\s*([^-+*/%]+)$/.exec(term);
  if (sum) {
    const [a, b] = [Number(awkValue(sum[1] ?? '', row)) || 0, Number(awkValue(sum[3] ?? '', row)) || 0];
    return String({ '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[sum[2] ?? '+']);
  }
  if (/^[\d.]+$/.test(term)) return term;
  return row.variables.get(term) ?? '';
}

/** Terms side by side are joined, as awk does. */
function awkJoined(text: string, row: AwkRow): string {
  const terms = text.match(/"(?:[^"\\]|\\.)*"|[^\s"]+(?:\s*[-+*/%]\s*[^\s"]+)*/g) ?? [];
  return terms.map((term) => awkValue(term, row)).join('');
}

function awkHolds(pattern: string, row: AwkRow): boolean {
  const text = pattern.trim();
  if (text === '') return true;
  const both = /^(.*?)\s*(&&|\|\|)\s*(.*)$/.exec(text);
  if (both)
    return both[2] === '&&'
      ? awkHolds(both[1] ?? '', row) && awkHolds(both[3] ?? '', row)
      : awkHolds(both[1] ?? '', row) || awkHolds(both[3] ?? '', row);
  const plain = /^(!?)\/(.*)\/$/.exec(text);
  if (plain) return new RegExp(toJavaScript(plain[2] ?? '', true)).test(row.line) !== (plain[1] === '!');
  const found = /^(.+?)\s*(==|!=|>=|<=|>|<|!~|~)\s*(.+)$/.exec(text);
  if (!found) return !['', '0'].includes(awkValue(text, row));
  const [, left = '', operator = '', right = ''] = found;
  const a = awkValue(left, row);
  if (operator === '~' || operator === '!~')
    return new RegExp(toJavaScript(right.replace(/^\/|\/$/g, ''), true)).test(a) === (operator === '~');
  const b = awkValue(right, row);
  const isNumeric = a !== '' && b !== '' && !Number.isNaN(Number(a)) && !Number.isNaN(Number(b));
  const order = isNumeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0;
  return (
    { '==': order === 0, '!=': order !== 0, '>': order > 0, '<': order < 0, '>=': order >= 0, '<=': order <= 0 }[operator] ??
    false
  );
}

function splitTop(text: string, separator: RegExp): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function awkAct(action: string, row: AwkRow, write: (text: string) => void): void {
  for (const statement of splitTop(action, /[;\n](?=(?:[^"]*"[^"]*")*[^"]*$)/)) {
    const print = /^print\b\s*(.*)$/s.exec(statement);
    const printf = /^printf\b\s*\(?(.*?)\)?$/s.exec(statement);
    const assignment = /^(\w+)\s*(\+?-?=|\+\+|--)\s*(.*)$/s.exec(statement);
    if (printf && !print) {
      const [format = '', ...args] = splitTop(printf[1] ?? '', /,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
      write(
        formatText(
          awkValue(format, row),
          args.map((arg) => awkJoined(arg, row)),
        ),
      );
    } else if (print) {
      const parts = splitTop(print[1] ?? '', /,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
      write(
        `${parts.length === 0 ? row.line : parts.map((part) => awkJoined(part, row)).join(row.variables.get('OFS') ?? ' ')}\n`,
      );
    } else if (assignment) {
      const [, name = '', operator = '', value = ''] = assignment;
      const before = Number(row.variables.get(name) ?? 0);
      const by =
        operator === '++'
          ? 1
          : operator === '--'
            ? -1
            : operator === '-='
              ? -Number(awkValue(value, row))
              : Number(awkValue(value, row));
      row.variables.set(name, operator === '=' ? awkJoined(value, row) : String(before + by));
    }
  }
}

function* awk(start: ProgramStart): Task<number> {
  const variables = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 1; at < start.argv.length; at++) {
    const word = start.argv[at] ?? '';
    if (word === '-F') variables.set('FS', start.argv[++at] ?? ' ');
    else if (word.startsWith('-F')) variables.set('FS', word.slice(2));
    else if (word === '-v') {
      const [name = '', value = ''] = (start.argv[++at] ?? '').split('=');
      variables.set(name, value);
    } else rest.push(word);
  }
  const [program = '', ...paths] = rest;
  const rules: { pattern: string; action: string }[] = [];
  const text = program.trim();
  const pieces = /\s*([^{}]*?)\s*(?:\{([^}]*)\}|$)/gy;
  for (let found = pieces.exec(text); found !== null && found[0] !== ''; found = pieces.exec(text))
    rules.push({ pattern: found[1] ?? '', action: found[2] ?? 'print' });
  const write = (out: string): void => start.output.write(out);
  const empty: AwkRow = { fields: [], line: '', number: 0, variables };
  for (const { pattern, action } of rules) if (pattern === 'BEGIN') awkAct(action, empty, write);
  const main = rules.filter(({ pattern }) => pattern !== 'BEGIN' && pattern !== 'END');
  if (main.length === 0 && !rules.some(({ pattern }) => pattern === 'END')) return 0;
  let number = 0;
  const take = (line: string): void => {
    const separator = variables.get('FS');
    const fields =
      separator && separator !== ' '
        ? line.split(separator.length > 1 ? new RegExp(separator) : separator)
        : line.trim() === ''
          ? []
          : line.trim().split(/\s+/);
    const row: AwkRow = { fields, line, number: ++number, variables };
    for (const { pattern, action } of main) if (awkHolds(pattern, row)) awkAct(action, row, write);
  };
  let code = 0;
  if (paths.length > 0) {
    const input = yield* readInputs(start, paths);
    code = input.code;
    for (const line of linesOf(input.text)) take(line);
  } else {
    for (let line = yield* start.input.readLine(); line !== undefined; line = yield* start.input.readLine()) {
      take(line);
      yield* start.output.drain();
    }
  }
  for (const { pattern, action } of rules) if (pattern === 'END') awkAct(action, { ...empty, number }, write);
  return code;
}

export const commands: Readonly<Record<string, Program>> = { sed, awk };
