// What `test`, `[` and `[[` answer.
import type { FileTree } from '@/kubernetes/cri-api/files.ts';
import { resolvePath } from '../../volumes/memory-tree.ts';
import { patternToRegExp } from './glob.ts';

/** The expression is malformed. */
export class TestError extends Error {
  override readonly name = 'TestError';
}

export interface TestSurroundings {
  readonly files: FileTree;
  readonly directory: string;
  isSet(name: string): boolean;
  /** `[[ ]]`: `==` matches patterns, `=~` regular expressions. */
  readonly isExtended: boolean;
  /** Told the groups of a `=~` that matched. */
  matched?(groups: readonly string[]): void;
}

/** Evaluates the words of an expression. In an extended one, `patterns[i]` is word i with its quoted characters escaped. */
export function evaluateTest(
  words: readonly string[],
  surroundings: TestSurroundings,
  patterns: readonly string[] = words,
): boolean {
  return new Expression(words, patterns, surroundings).all();
}

class Expression {
  private at = 0;

  constructor(
    private readonly words: readonly string[],
    private readonly patterns: readonly string[],
    private readonly around: TestSurroundings,
  ) {}

  all(): boolean {
    if (this.words.length === 0) return false;
    const value = this.or();
    if (this.at < this.words.length) throw new TestError(`${this.words[this.at] ?? ''}: unexpected operator`);
    return value;
  }

  private or(): boolean {
    let value = this.and();
    while (this.peek() === '-o' || this.peek() === '||') {
      this.at++;
      value = this.and() || value;
    }
    return value;
  }

  private and(): boolean {
    let value = this.not();
    while (this.peek() === '-a' || this.peek() === '&&') {
      this.at++;
      value = this.not() && value;
    }
    return value;
  }

  private not(): boolean {
    if (this.peek() === '!' && this.at + 1 < this.words.length) {
      this.at++;
      return !this.not();
    }
    if (this.peek() === '(' && this.words.indexOf(')', this.at) > this.at) {
      this.at++;
      const value = this.or();
      if (this.words[this.at++] !== ')') throw new TestError('closing paren expected');
      return value;
    }
    return this.primary();
  }

  private primary(): boolean {
    const left = this.words[this.at++] ?? '';
    const operator = this.peek();
    const right = this.words[this.at + 1];
    if (right !== undefined && isBinary(operator)) {
      const pattern = this.patterns[this.at + 1] ?? right;
      this.at += 2;
      return this.binary(left, operator ?? '', right, pattern);
    }
    if (/^-[a-zA-Z]$/.test(left) && operator !== undefined && operator !== ')' && operator !== '&&' && operator !== '||') {
      this.at++;
      return this.unary(left, operator);
    }
    return left !== '';
  }

  private unary(operator: string, operand: string): boolean {
    const stat = (): ReturnType<FileTree['stat']> => this.around.files.stat(resolvePath(this.around.directory, operand));
    switch (operator) {
      case '-n':
        return operand !== '';
      case '-z':
        return operand === '';
      case '-e':
      case '-a':
      case '-r':
      case '-w':
        return stat() !== undefined;
      case '-f':
        return stat()?.isDirectory === false;
      case '-d':
        return stat()?.isDirectory === true;
      case '-s':
        return (stat()?.sizeBytes ?? 0) > 0;
      case '-x':
        return ((stat()?.mode ?? 0) & 0o111) !== 0;
      case '-v':
        return this.around.isSet(operand);
      case '-L':
      case '-h':
      case '-p':
      case '-S':
      case '-b':
      case '-c':
      case '-t':
        return false;
      default:
        throw new TestError(`${operator}: unknown operand`);
    }
  }

  private binary(left: string, operator: string, right: string, pattern: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return this.around.isExtended ? patternToRegExp(pattern).test(left) : left === right;
      case '!=':
        return this.around.isExtended ? !patternToRegExp(pattern).test(left) : left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '=~': {
        const found = new RegExp(right).exec(left);
        if (found) this.around.matched?.(found.map((group) => group ?? ''));
        return found !== null;
      }
      case '-nt':
      case '-ot':
      case '-ef':
        return false;
    }
    const [a, b] = [this.number(left), this.number(right)];
    switch (operator) {
      case '-eq':
        return a === b;
      case '-ne':
        return a !== b;
      case '-lt':
        return a < b;
      case '-le':
        return a <= b;
      case '-gt':
        return a > b;
      default:
        return a >= b;
    }
  }

  private number(text: string): number {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) {
      if (this.around.isExtended && text === '') return 0;
      throw new TestError(`${text}: bad number`);
    }
    return Number(text);
  }

  private peek(): string | undefined {
    return this.words[this.at];
  }
}

function isBinary(word: string | undefined): boolean {
  return word !== undefined && /^(?:=|==|!=|<|>|=~|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/.test(word);
}
