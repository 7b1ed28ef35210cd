// Reads words: quoting, parameters, command substitution, arithmetic.
import { ShellSyntaxError, type ParameterExpansion, type Script, type Word, type WordPart } from './syntax.ts';

/** How the parser reads a script that stands inside a word. */
export type ScriptReader = (text: string) => Script;

const operators = /^(:-|:=|:\?|:\+|-|=|\?|\+|##|#|%%|%|\/\/|\/|:|\^\^|,,|\^|,)/;
const wordEnd = ' \t\n;&|<>()';

/** Reads words out of a text, from a place in it. */
export class WordReader {
  constructor(
    private readonly text: string,
    public at: number,
    private readonly readScript: ScriptReader,
  ) {}

  /** One word up to a blank or an operator. */
  word(): Word {
    const parts: WordPart[] = [];
    while (this.at < this.text.length && !wordEnd.includes(this.text.charAt(this.at))) this.part(parts, false);
    return parts;
  }

  /** Everything up to the end of the text, as between double quotes (here-documents, arithmetic). */
  rest(): Word {
    const parts: WordPart[] = [];
    while (this.at < this.text.length) this.quotedPart(parts, '');
    return parts;
  }

  /** Everything up to `close`, which is left alone; quotes count as in a plain word. */
  private until(close: string, isQuoted: boolean): Word {
    const parts: WordPart[] = [];
    while (this.at < this.text.length && !close.includes(this.text.charAt(this.at))) {
      if (isQuoted && this.text.charAt(this.at) !== '"') this.quotedPart(parts, close);
      else this.part(parts, isQuoted);
    }
    return parts;
  }

  private part(parts: WordPart[], isQuoted: boolean): void {
    const c = this.text.charAt(this.at);
    if (c === "'") return this.single(parts);
    if (c === '"') return this.double(parts);
    if (c === '\\') {
      const next = this.text.charAt(this.at + 1);
      this.at += 2;
      if (next !== '\n') push(parts, next, true);
      return;
    }
    if (c === '$' && this.text.charAt(this.at + 1) === "'") return this.dollarSingle(parts);
    if (c === '$') return this.dollar(parts, isQuoted);
    if (c === '`') return this.backquote(parts, isQuoted);
    this.at++;
    push(parts, c, isQuoted);
  }

  private quotedPart(parts: WordPart[], close: string): void {
    const c = this.text.charAt(this.at);
    if (c === '\\') {
      const next = this.text.charAt(this.at + 1);
      if ('$`"\\\n'.includes(next) || (close !== '' && close.includes(next))) {
        this.at += 2;
        if (next !== '\n') push(parts, next, true);
        return;
      }
    }
    if (c === '$') return this.dollar(parts, true);
    if (c === '`') return this.backquote(parts, true);
    this.at++;
    push(parts, c, true);
  }

  private single(parts: WordPart[]): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) throw new ShellSyntaxError('syntax error: unterminated quoted string');
    push(parts, this.text.slice(this.at + 1, end), true);
    this.at = end + 1;
  }

  private dollarSingle(parts: WordPart[]): void {
    let end = this.at + 2;
    while (end < this.text.length && this.text.charAt(end) !== "'") end += this.text.charAt(end) === '\\' ? 2 : 1;
    push(parts, unescape(this.text.slice(this.at + 2, end)), true);
    this.at = end + 1;
  }

  private double(parts: WordPart[]): void {
    this.at++;
    push(parts, '', true);
    while (this.text.charAt(this.at) !== '"') {
      if (this.at >= this.text.length) throw new ShellSyntaxError('syntax error: unterminated quoted string');
      this.quotedPart(parts, '"');
    }
    this.at++;
  }

  private dollar(parts: WordPart[], isQuoted: boolean): void {
    const rest = this.text.slice(this.at + 1, this.at + 3);
    if (rest === '((') {
      const end = this.closing(this.at + 3, '((', '))');
      if (end !== undefined) {
        const word = new WordReader(this.text.slice(this.at + 3, end), 0, this.readScript).rest();
        parts.push({ kind: 'arithmetic', word, isQuoted });
        this.at = end + 2;
        return;
      }
    }
    if (rest.startsWith('(')) {
      const end = this.substitutionEnd(this.at + 2);
      const inner = this.text.slice(this.at + 2, end);
      const file = /^\s*<\s*(\S+)\s*$/.exec(inner);
      parts.push({ kind: 'command', script: this.readScript(file ? `cat ${file[1] ?? ''}` : inner), isQuoted });
      this.at = end + 1;
      return;
    }
    if (rest.startsWith('{')) {
      this.at += 2;
      parts.push({ kind: 'parameter', expansion: this.braced(isQuoted), isQuoted });
      return;
    }
    const name = /^(?:[A-Za-z_]\w*|[0-9@*#?$!-])/.exec(this.text.slice(this.at + 1, this.at + 256))?.[0];
    this.at += 1 + (name?.length ?? 0);
    if (name === undefined) push(parts, '$', isQuoted);
    else parts.push({ kind: 'parameter', expansion: plain(name), isQuoted });
  }

  private braced(isQuoted: boolean): ParameterExpansion {
    let isLength = false;
    if (this.text.charAt(this.at) === '#' && this.text.charAt(this.at + 1) !== '}') {
      isLength = true;
      this.at++;
    }
    const name = /^(?:[A-Za-z_]\w*|\d+|[@*#?$!-])/.exec(this.text.slice(this.at))?.[0];
    if (name === undefined) throw new ShellSyntaxError('syntax error: bad substitution');
    this.at += name.length;
    let index: Word | undefined;
    if (this.text.charAt(this.at) === '[') {
      this.at++;
      index = this.until(']', true);
      this.at++;
    }
    const operator = operators.exec(this.text.slice(this.at, this.at + 2))?.[0] ?? '';
    this.at += operator.length;
    const separator = operator === '/' || operator === '//' ? '/}' : operator === ':' ? ':}' : '}';
    const word = operator === '' ? [] : this.until(separator, isQuoted);
    let second: Word | undefined;
    if (separator.length > 1 && this.text.charAt(this.at) === separator.charAt(0)) {
      this.at++;
      second = this.until('}', isQuoted);
    }
    if (this.text.charAt(this.at) !== '}') throw new ShellSyntaxError('syntax error: bad substitution');
    this.at++;
    return { name, index, isLength, operator, word, second };
  }

  private backquote(parts: WordPart[], isQuoted: boolean): void {
    let end = this.at + 1;
    while (end < this.text.length && this.text.charAt(end) !== '`') end += this.text.charAt(end) === '\\' ? 2 : 1;
    if (end >= this.text.length) throw new ShellSyntaxError('syntax error: EOF in backquote substitution');
    const script = this.text.slice(this.at + 1, end).replace(/\\([\\`$])/g, '$1');
    parts.push({ kind: 'command', script: this.readScript(script), isQuoted });
    this.at = end + 1;
  }

  /** Where `))` closes what began at `from`, or undefined when it is a subshell in a substitution. */
  private closing(from: number, _open: string, _close: string): number | undefined {
    let depth = 0;
    for (let at = from; at < this.text.length; at++) {
      const c = this.text.charAt(at);
      if (c === '(') depth++;
      else if (c === ')') {
        if (depth === 0) return this.text.charAt(at + 1) === ')' ? at : undefined;
        depth--;
      }
    }
    return undefined;
  }

  /** Where the `)` of a command substitution stands. */
  private substitutionEnd(from: number): number {
    let depth = 0;
    for (let at = from; at < this.text.length; at++) {
      const c = this.text.charAt(at);
      if (c === '\\') at++;
      else if (c === "'") at = skipTo(this.text, "'", at);
      else if (c === '"') at = this.skipDouble(at);
      else if (c === '(') depth++;
      else if (c === ')' && depth-- === 0) return at;
    }
    throw new ShellSyntaxError('syntax error: unexpected end of file (expecting ")")');
  }

  private skipDouble(from: number): number {
    for (let at = from + 1; at < this.text.length; at++) {
      const c = this.text.charAt(at);
      if (c === '\\') at++;
      else if (c === '"') return at;
      else if (c === '$' && this.text.charAt(at + 1) === '(') at = this.substitutionEnd(at + 2);
    }
    throw new ShellSyntaxError('syntax error: unterminated quoted string');
  }
}

function skipTo(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from + 1);
  if (at < 0) throw new ShellSyntaxError('syntax error: unterminated quoted string');
  return at;
}

function push(parts: WordPart[], text: string, isQuoted: boolean): void {
  const last = parts[parts.length - 1];
  if (last?.kind === 'text' && last.isQuoted === isQuoted)
    parts[parts.length - 1] = { kind: 'text', text: last.text + text, isQuoted };
  else parts.push({ kind: 'text', text, isQuoted });
}

function plain(name: string): ParameterExpansion {
  return { name, isLength: false, operator: '', word: [] };
}

/** Backslash sequences of `echo -e`, `printf` and `$'…'`. */
export function unescape(text: string): string {
  const simple: Readonly<Record<string, string>> = {
    n: '\n',
    t: '\t',
    r: '\r',
    a: '\x07',
    b: '\b',
    f: '\f',
    v: '\v',
    e: '\x1b',
    '\\': '\\',
    "'": "'",
    '"': '"',
  };
  return text.replace(
    /\\(?:0([0-7]{1,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|(.))/gs,
    (all, zeroOctal, octal, hex, unicode, c) => {
      if (zeroOctal || octal) return String.fromCharCode(parseInt((zeroOctal ?? octal) as string, 8));
      if (hex || unicode) return String.fromCharCode(parseInt((hex ?? unicode) as string, 16));
      return simple[c as string] ?? (c === '0' ? '\0' : (all as string));
    },
  );
}
