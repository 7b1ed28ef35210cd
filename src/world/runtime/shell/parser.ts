// Reads shell scripts: POSIX, with the parts of bash that container scripts use ([[ ]], (( )), arrays, <<<, functions by keyword).
import {
  ShellSyntaxError,
  type AndOr,
  type Assignment,
  type Command,
  type Pipeline,
  type Redirect,
  type Script,
  type Word,
} from './syntax.ts';
import { WordReader } from './word-reader.ts';

const closers = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}', ')', ';;']);
const deepestNesting = 200;

const scripts = new Map<string, Script>();
const mostScripts = 500;

/** The commands of a script. The same text gives the same tree. Throws {@link ShellSyntaxError}. */
export function parseScript(text: string): Script {
  const known = scripts.get(text);
  if (known) return known;
  const script = new Parser(text, 0).whole();
  if (scripts.size >= mostScripts) scripts.clear();
  scripts.set(text, script);
  return script;
}

class Parser {
  private at = 0;
  private readonly pending: { redirect: { target: Word }; end: string; isRaw: boolean; stripsTabs: boolean }[] = [];

  constructor(
    private readonly text: string,
    private readonly depth: number,
  ) {
    if (depth > deepestNesting) throw new ShellSyntaxError('syntax error: nested too deeply');
  }

  whole(): Script {
    const script = this.list();
    this.blanks(true);
    if (this.at < this.text.length) this.unexpected();
    return script;
  }

  /** Commands up to a closing word. */
  private list(): Script {
    const script: AndOr[] = [];
    for (;;) {
      this.blanks(true);
      if (this.at >= this.text.length || closers.has(this.peekWord())) return script;
      script.push(this.andOr());
      this.blanks(false);
      const c = this.text.charAt(this.at);
      if (c === ';' && this.text.charAt(this.at + 1) !== ';') this.at++;
      else if (c === '&') this.at++;
      else if (c !== '\n' && this.at < this.text.length && !closers.has(this.peekWord())) this.unexpected();
    }
  }

  private andOr(): AndOr {
    const first = this.pipeline();
    const rest: { operator: '&&' | '||'; pipeline: Pipeline }[] = [];
    for (;;) {
      this.blanks(false);
      const operator = this.text.slice(this.at, this.at + 2);
      if (operator !== '&&' && operator !== '||') break;
      this.at += 2;
      this.blanks(true);
      rest.push({ operator, pipeline: this.pipeline() });
    }
    return { first, rest, isBackground: this.text.charAt(this.at) === '&' };
  }

  private pipeline(): Pipeline {
    let isNegated = false;
    while (this.peekWord() === '!') {
      isNegated = !isNegated;
      this.at++;
      this.blanks(false);
    }
    const commands = [this.command()];
    for (;;) {
      this.blanks(false);
      if (this.text.charAt(this.at) !== '|' || this.text.charAt(this.at + 1) === '|') return { isNegated, commands };
      this.at += this.text.charAt(this.at + 1) === '&' ? 2 : 1;
      this.blanks(true);
      commands.push(this.command());
    }
  }

  private command(): Command {
    const word = this.peekWord();
    if (this.text.startsWith('((', this.at)) return this.arithmetic();
    if (this.text.charAt(this.at) === '(') return this.group(')');
    switch (word) {
      case '{':
        return this.group('}');
      case 'if':
        return this.conditional();
      case 'while':
      case 'until':
        return this.loop(word === 'until');
      case 'for':
        return this.forLoop();
      case 'case':
        return this.caseOf();
      case '[[':
        return this.test();
      case 'function': {
        this.expect('function');
        this.blanks(false);
        return this.functionBody(this.name());
      }
      default:
        return this.simple();
    }
  }

  private group(close: '}' | ')'): Command {
    this.at++;
    const body = this.list();
    this.expect(close);
    return { kind: 'group', body, isSubshell: close === ')', redirects: this.redirects() };
  }

  private conditional(): Command {
    const branches: { condition: Script; body: Script }[] = [];
    let otherwise: Script | undefined;
    this.expect('if');
    for (;;) {
      const condition = this.list();
      this.expect('then');
      branches.push({ condition, body: this.list() });
      const word = this.peekWord();
      if (word === 'elif') {
        this.expect('elif');
        continue;
      }
      if (word === 'else') {
        this.expect('else');
        otherwise = this.list();
      }
      this.expect('fi');
      return { kind: 'if', branches, otherwise, redirects: this.redirects() };
    }
  }

  private loop(isUntil: boolean): Command {
    this.expect(isUntil ? 'until' : 'while');
    const condition = this.list();
    const body = this.body();
    return { kind: 'loop', isUntil, condition, body, redirects: this.redirects() };
  }

  private forLoop(): Command {
    this.expect('for');
    this.blanks(false);
    if (this.text.startsWith('((', this.at)) {
      const inner = this.doubleParenthesis();
      const parts = inner.split(';').map((part) => this.wordOf(part));
      this.separator();
      return { kind: 'for-arithmetic', parts, body: this.body(), redirects: this.redirects() };
    }
    const name = this.name();
    this.blanks(true);
    let words: Word[] | undefined;
    if (this.peekWord() === 'in') {
      this.expect('in');
      words = [];
      for (this.blanks(false); !'\n;'.includes(this.text.charAt(this.at)) && this.at < this.text.length; this.blanks(false))
        words.push(this.word());
    }
    this.separator();
    return { kind: 'for', name, words, body: this.body(), redirects: this.redirects() };
  }

  private caseOf(): Command {
    this.expect('case');
    this.blanks(false);
    const word = this.word();
    this.blanks(true);
    this.expect('in');
    const arms: { patterns: Word[]; body: Script }[] = [];
    for (;;) {
      this.blanks(true);
      if (this.peekWord() === 'esac') break;
      if (this.text.charAt(this.at) === '(') this.at++;
      const patterns: Word[] = [];
      for (;;) {
        this.blanks(false);
        patterns.push(this.word());
        this.blanks(false);
        if (this.text.charAt(this.at) !== '|') break;
        this.at++;
      }
      this.expect(')');
      arms.push({ patterns, body: this.list() });
      if (this.text.startsWith(';;', this.at)) this.at += 2;
      else if (this.peekWord() !== 'esac') this.unexpected();
    }
    this.expect('esac');
    return { kind: 'case', word, arms, redirects: this.redirects() };
  }

  private test(): Command {
    this.expect('[[');
    const words: Word[] = [];
    for (;;) {
      this.blanks(true);
      if (this.at >= this.text.length) this.unexpected();
      const operator = /^(?:&&|\|\||[()<>])/.exec(this.text.slice(this.at, this.at + 2))?.[0];
      if (operator) {
        this.at += operator.length;
        words.push([{ kind: 'text', text: operator, isQuoted: false }]);
        continue;
      }
      if (this.peekWord() === ']]') break;
      const previous = words[words.length - 1]?.[0];
      words.push(previous?.kind === 'text' && previous.text === '=~' ? this.patternWord() : this.word());
    }
    this.expect(']]');
    return { kind: 'test', words, redirects: this.redirects() };
  }

  /** A regular expression runs to the next blank whatever brackets are in it. */
  private patternWord(): Word {
    const found = /^\S+/.exec(this.text.slice(this.at))?.[0] ?? '';
    if (/^["'$]/.test(found)) return this.word();
    this.at += found.length;
    return [{ kind: 'text', text: found, isQuoted: false }];
  }

  private arithmetic(): Command {
    const word = this.wordOf(this.doubleParenthesis());
    return { kind: 'arithmetic', word, redirects: this.redirects() };
  }

  private doubleParenthesis(): string {
    let depth = 0;
    for (let at = this.at + 2; at < this.text.length; at++) {
      const c = this.text.charAt(at);
      if (c === '(') depth++;
      else if (c === ')' && depth-- === 0) {
        const inner = this.text.slice(this.at + 2, at);
        this.at = at + 2;
        return inner;
      }
    }
    throw new ShellSyntaxError('syntax error: unexpected end of file (expecting "))")');
  }

  private body(): Script {
    this.blanks(true);
    this.expect('do');
    const body = this.list();
    this.expect('done');
    return body;
  }

  private functionBody(name: string): Command {
    this.blanks(false);
    if (this.text.startsWith('()', this.at)) this.at += 2;
    this.blanks(true);
    return { kind: 'function', name, body: this.command(), redirects: [] };
  }

  private simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirects: Redirect[] = [];
    const start = this.at;
    for (;;) {
      this.blanks(false);
      const redirect = this.redirect();
      if (redirect) {
        redirects.push(redirect);
        continue;
      }
      const c = this.text.charAt(this.at);
      if (this.at >= this.text.length || ';&|\n)'.includes(c)) break;
      if (c === '(') {
        const first = words[0]?.[0];
        if (words.length === 1 && first?.kind === 'text' && this.text.startsWith('()', this.at))
          return this.functionBody(first.text);
        this.unexpected();
      }
      const assignment = words.length === 0 ? this.assignment() : undefined;
      if (assignment) assignments.push(assignment);
      else words.push(this.word());
    }
    if (this.at === start) this.unexpected();
    return { kind: 'simple', assignments, words, redirects };
  }

  private assignment(): Assignment | undefined {
    const found = /^([A-Za-z_]\w*)(\+?)=/.exec(this.text.slice(this.at, this.at + 256));
    if (!found) return undefined;
    this.at += found[0].length;
    const name = found[1] ?? '';
    if (this.text.charAt(this.at) !== '(') return { name, isAppend: found[2] === '+', value: this.word() };
    this.at++;
    const items: Word[] = [];
    for (this.blanks(true); this.text.charAt(this.at) !== ')'; this.blanks(true)) {
      if (this.at >= this.text.length) this.unexpected();
      items.push(this.word());
    }
    this.at++;
    return { name, isAppend: found[2] === '+', value: [], items };
  }

  private redirects(): readonly Redirect[] {
    const redirects: Redirect[] = [];
    for (;;) {
      this.blanks(false);
      const redirect = this.redirect();
      if (!redirect) return redirects;
      redirects.push(redirect);
    }
  }

  private redirect(): Redirect | undefined {
    const found = /^(\d*)(<<<|<<-|<<|<&|>&|>>|>\||<|>|&>)/.exec(this.text.slice(this.at, this.at + 8));
    if (!found) return undefined;
    const operator = found[2] ?? '';
    if (operator === '&>' && found[1] !== '') return undefined;
    this.at += found[0].length;
    this.blanks(false);
    const descriptor = found[1] !== '' ? Number(found[1]) : operator.startsWith('<') ? 0 : 1;
    const target = this.word();
    if (operator === '<<' || operator === '<<-') {
      const redirect = { descriptor, kind: '<<' as const, target };
      const isRaw = target.some((part) => part.kind === 'text' && part.isQuoted);
      const end = target.map((part) => (part.kind === 'text' ? part.text : '')).join('');
      this.pending.push({ redirect, end, isRaw, stripsTabs: operator === '<<-' });
      return redirect;
    }
    return { descriptor, kind: operator === '>|' ? '>' : (operator as Redirect['kind']), target };
  }

  /** The here-documents announced on the line that has just ended. */
  private hereDocuments(): void {
    for (const document of this.pending.splice(0)) {
      let body = '';
      for (;;) {
        const end = this.text.indexOf('\n', this.at);
        const line = this.text.slice(this.at, end < 0 ? undefined : end);
        const isLast = end < 0;
        this.at = isLast ? this.text.length : end + 1;
        const text = document.stripsTabs ? line.replace(/^\t+/, '') : line;
        if (text === document.end || (isLast && text === '')) break;
        body += `${text}\n`;
        if (isLast) break;
      }
      document.redirect.target = document.isRaw ? [{ kind: 'text', text: body, isQuoted: true }] : this.wordOf(body);
    }
  }

  private word(): Word {
    const reader = new WordReader(this.text, this.at, (text) => new Parser(text, this.depth + 1).whole());
    const word = reader.word();
    if (reader.at === this.at) this.unexpected();
    this.at = reader.at;
    return word;
  }

  private wordOf(text: string): Word {
    return new WordReader(text, 0, (inner) => new Parser(inner, this.depth + 1).whole()).rest();
  }

  private name(): string {
    const name = /^[\w.-]+/.exec(this.text.slice(this.at, this.at + 256))?.[0];
    if (name === undefined) return this.unexpected();
    this.at += name.length;
    return name;
  }

  private separator(): void {
    this.blanks(false);
    if (this.text.charAt(this.at) === ';') this.at++;
  }

  private expect(word: string): void {
    this.blanks(true);
    if (word.length === 1 ? this.text.charAt(this.at) !== word : this.peekWord() !== word) this.unexpected();
    this.at += word.length;
  }

  private peekWord(): string {
    const text = this.text.slice(this.at, this.at + 12);
    return /^(?:;;|[()]|[^\s;&|<>()]+)/.exec(text)?.[0] ?? '';
  }

  /** Skips blanks, comments and joined lines; with `lines` also line ends. */
  private blanks(lines: boolean): void {
    for (;;) {
      const c = this.text.charAt(this.at);
      if (c === ' ' || c === '\t' || c === '\r') this.at++;
      else if (c === '\\' && this.text.charAt(this.at + 1) === '\n') this.at += 2;
      else if (c === '#') {
        const end = this.text.indexOf('\n', this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (c === '\n' && lines) {
        this.at++;
        this.hereDocuments();
      } else return;
    }
  }

  private unexpected(): never {
    const what =
      this.at >= this.text.length
        ? 'end of file'
        : this.text.charAt(this.at) === '\n'
          ? 'newline'
          : `"${this.peekWord() || this.text.charAt(this.at)}"`;
    throw new ShellSyntaxError(`syntax error: unexpected ${what}`);
  }
}
