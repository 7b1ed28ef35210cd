// Words become texts: parameters, command substitution, arithmetic, splitting, file names.
import type { Task } from '@/simulation/process/task.ts';
import { evaluate } from './arithmetic.ts';
import { expandPaths, patternToRegExp, quotePattern } from './glob.ts';
import { ShellFailure, type ShellState, type Value } from './state.ts';
import type { ParameterExpansion, Script, Word, WordPart } from './syntax.ts';

/** Runs a script for its output. */
export type Substitute = (script: Script) => Task<string>;

/** A text that grows, with the pattern it stands for when it is not quoted. */
class Field {
  text = '';
  pattern = '';
  hasGlob = false;
  isQuoted = false;

  add(text: string, isQuoted: boolean): void {
    this.text += text;
    this.pattern += isQuoted ? quotePattern(text) : text;
    if (!isQuoted && /[*?[]/.test(text)) this.hasGlob = true;
    if (isQuoted) this.isQuoted = true;
  }
}

/** See the file's header. */
export class Expander {
  constructor(
    private readonly state: ShellState,
    private readonly substitute: Substitute,
  ) {}

  /** The fields of words: split, with file names filled in. */
  *fields(words: readonly Word[]): Task<string[]> {
    const out: string[] = [];
    for (const word of words) {
      const [only] = word;
      if (word.length === 1 && only?.kind === 'text' && (only.isQuoted || !/[*?[{~]/.test(only.text))) out.push(only.text);
      else for (const braced of this.state.name === 'bash' ? expandBraces(word) : [word]) yield* this.wordFields(braced, out);
    }
    return out;
  }

  /** A word as one text, without splitting: assignments, redirections, here-documents. */
  *text(word: Word): Task<string> {
    return (yield* this.single(word)).text;
  }

  /** A word as a pattern: what was quoted matches itself. */
  *pattern(word: Word): Task<{ readonly text: string; readonly pattern: string }> {
    return yield* this.single(word);
  }

  *arithmetic(word: Word): Task<number> {
    return evaluate(yield* this.text(word), this.state);
  }

  private *wordFields(word: Word, out: string[]): Task<void> {
    const fields: Field[] = [];
    let current: Field | undefined;
    const open = (): Field => {
      if (current === undefined) {
        current = new Field();
        fields.push(current);
      }
      return current;
    };
    for (const [at, part] of word.entries()) {
      if (part.kind === 'text') {
        open().add(at === 0 && !part.isQuoted ? this.tilde(part.text) : part.text, part.isQuoted);
        continue;
      }
      const list = yield* this.values(part);
      if (part.isQuoted) {
        if (list.isList && list.values.length === 0) continue;
        list.values.forEach((value, index) => {
          if (index > 0) current = undefined;
          open().add(value, true);
        });
        continue;
      }
      for (const [index, value] of list.values.entries()) {
        if (index > 0) current = undefined;
        const ifs = this.state.get('IFS') ?? ' \t\n';
        const pieces = splitFields(value, ifs);
        if (pieces.startsBlank) current = undefined;
        pieces.fields.forEach((piece, order) => {
          if (order > 0) current = undefined;
          open().add(piece, false);
        });
        if (pieces.endsBlank) current = undefined;
      }
    }
    for (const field of fields) {
      if (field.text === '' && !field.isQuoted) continue;
      const paths =
        field.hasGlob && !this.state.noGlob ? expandPaths(this.state.container.files, this.state.directory, field.pattern) : [];
      if (paths.length > 0) out.push(...paths);
      else out.push(field.text);
    }
  }

  private *single(word: Word): Task<Field> {
    const field = new Field();
    for (const [at, part] of word.entries()) {
      if (part.kind === 'text') field.add(at === 0 && !part.isQuoted ? this.tilde(part.text) : part.text, part.isQuoted);
      else field.add((yield* this.values(part)).values.join(' '), part.isQuoted);
    }
    return field;
  }

  private tilde(text: string): string {
    return /^~(?=\/|$)/.test(text) ? (this.state.get('HOME') ?? '/root') + text.slice(1) : text;
  }

  private *values(
    part: Exclude<WordPart, { kind: 'text' }>,
  ): Task<{ readonly values: readonly string[]; readonly isList: boolean }> {
    if (part.kind === 'command') return { values: [(yield* this.substitute(part.script)).replace(/\n+$/, '')], isList: false };
    if (part.kind === 'arithmetic') return { values: [String(yield* this.arithmetic(part.word))], isList: false };
    const { expansion, isQuoted } = part;
    const isAll =
      expansion.name === '@' ||
      expansion.name === '*' ||
      (expansion.index?.[0]?.kind === 'text' && '@*'.includes(expansion.index[0].text));
    if (isAll && expansion.operator === '' && !expansion.isLength) {
      const values = this.state.list(expansion.name);
      const isJoined = expansion.name === '*' || (expansion.index?.[0]?.kind === 'text' && expansion.index[0].text === '*');
      return isQuoted && isJoined
        ? { values: [values.join((this.state.get('IFS') ?? ' ').charAt(0))], isList: false }
        : { values, isList: true };
    }
    return { values: [yield* this.parameter(expansion)], isList: false };
  }

  private *parameter(expansion: ParameterExpansion): Task<string> {
    const { name, operator, index } = expansion;
    let value = this.state.get(name);
    if (index) {
      const key = yield* this.text(index);
      if (key === '@' || key === '*') {
        const list = this.state.list(name);
        if (expansion.isLength) return String(list.length);
        value = list.join(' ');
      } else value = this.state.list(name)[evaluate(key, this.state)];
    }
    if (expansion.isLength) return String((value ?? '').length);
    const isEmpty = value === undefined || (operator.startsWith(':') && value === '');
    switch (operator) {
      case '':
        if (value === undefined && this.state.refusesUnset && !/^[@*]$/.test(name))
          throw new ShellFailure(`${name}: parameter not set`, 2);
        return value ?? '';
      case '-':
      case ':-':
        return isEmpty ? yield* this.text(expansion.word) : (value ?? '');
      case '=':
      case ':=': {
        if (!isEmpty) return value ?? '';
        const text = yield* this.text(expansion.word);
        this.state.set(name, text);
        return text;
      }
      case '?':
      case ':?': {
        if (!isEmpty) return value ?? '';
        const text = yield* this.text(expansion.word);
        throw new ShellFailure(`${name}: ${text || 'parameter not set'}`, 2);
      }
      case '+':
      case ':+':
        return isEmpty ? '' : yield* this.text(expansion.word);
    }
    return yield* this.transform(expansion, value ?? '');
  }

  private *transform(expansion: ParameterExpansion, value: string): Task<string> {
    const { operator, word, second } = expansion;
    if (operator === ':') {
      const start = evaluate(yield* this.text(word), this.state);
      const from = start < 0 ? Math.max(0, value.length + start) : start;
      if (!second) return value.slice(from);
      const length = evaluate(yield* this.text(second), this.state);
      return length < 0 ? value.slice(from, length) : value.slice(from, from + length);
    }
    if (operator === '^^') return value.toUpperCase();
    if (operator === ',,') return value.toLowerCase();
    if (operator === '^') return value.charAt(0).toUpperCase() + value.slice(1);
    if (operator === ',') return value.charAt(0).toLowerCase() + value.slice(1);
    const { pattern } = yield* this.pattern(word);
    if (operator === '/' || operator === '//') {
      const replacement = second ? yield* this.text(second) : '';
      const matcher = patternToRegExp(pattern, { isWhole: false });
      return value.replace(operator === '//' ? new RegExp(matcher.source, 'g') : matcher, () => replacement);
    }
    const isGreedy = operator.length === 2;
    const { source } = patternToRegExp(pattern, { isWhole: false, isGreedy });
    if (operator.startsWith('#')) return value.replace(new RegExp(`^${source}`), '');
    // The shortest suffix is found from the end: a lazy match from the left would take too much.
    for (let at = isGreedy ? 0 : value.length; at >= 0 && at <= value.length; at += isGreedy ? 1 : -1) {
      if (new RegExp(`^${source}$`).test(value.slice(at))) return value.slice(0, at);
    }
    return value;
  }
}

/** Assigns what a word became; `+=` adds to what is there. */
export function assigned(before: Value | undefined, value: Value, isAppend: boolean): Value {
  if (!isAppend || before === undefined) return value;
  if (typeof value === 'object') return [...(typeof before === 'string' ? [before] : before), ...value];
  return typeof before === 'string' ? before + value : [...before, value];
}

/** Splits at the characters of IFS; runs of blanks count once. */
export function splitFields(
  text: string,
  ifs: string,
): { readonly fields: readonly string[]; readonly startsBlank: boolean; readonly endsBlank: boolean } {
  if (ifs === '' || text === '') return { fields: text === '' ? [] : [text], startsBlank: false, endsBlank: false };
  const fields: string[] = [];
  let current = '';
  let isOpen = false;
  for (const c of text) {
    if (!ifs.includes(c)) {
      current += c;
      isOpen = true;
    } else if (' \t\n'.includes(c)) {
      if (isOpen) fields.push(current);
      current = '';
      isOpen = false;
    } else {
      fields.push(current);
      current = '';
      isOpen = false;
    }
  }
  if (isOpen) fields.push(current);
  return { fields, startsBlank: ifs.includes(text.charAt(0)), endsBlank: ifs.includes(text.charAt(text.length - 1)) };
}

/** bash's `{1..3}` and `{a,b}` in the first unquoted piece that has one. */
function expandBraces(word: Word): readonly Word[] {
  for (const [at, part] of word.entries()) {
    if (part.kind !== 'text' || part.isQuoted) continue;
    const found = /^([^{]*)\{([^{}]*(?:,|\.\.)[^{}]*)\}(.*)$/s.exec(part.text);
    if (!found) continue;
    const [, before = '', inner = '', after = ''] = found;
    const range = /^(-?\d+)\.\.(-?\d+)(?:\.\.(\d+))?$/.exec(inner);
    const items = range
      ? sequence(Number(range[1]), Number(range[2]), Number(range[3] ?? 1))
      : inner.includes(',')
        ? inner.split(',')
        : undefined;
    if (!items) continue;
    const texts = items.map((item): Word => [
      ...word.slice(0, at),
      { ...part, text: before + item },
      { ...part, text: after },
      ...word.slice(at + 1),
    ]);
    return texts.flatMap((one) => expandBraces(one));
  }
  return [word];
}

function sequence(from: number, to: number, step: number): string[] {
  const items: string[] = [];
  const direction = from <= to ? Math.max(1, step) : -Math.max(1, step);
  for (let n = from; (direction > 0 ? n <= to : n >= to) && items.length < 100_000; n += direction) items.push(String(n));
  return items;
}
