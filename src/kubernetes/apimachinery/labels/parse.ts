// Reads the text of a label selector, token by token, with upstream's complaints. Upstream: apimachinery/pkg/labels/selector.go (Parser).
import { fieldErrorText, invalid } from '../validation/field-error.ts';
import { isQualifiedName } from '../validation/names.ts';
import { newRequirement, SelectorError, type Requirement, type SelectorOperator } from './labels.ts';

/** A symbol by its own text; `word` an identifier; `end` after the last. */
type Kind = ')' | ',' | '!' | '==' | '=' | '!=' | '>' | '<' | '(' | 'word' | 'end';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const pattern = /[ \t\r\n]*(?:(==|!=|[=!(),><])|([^ \t\r\n=!(),><]+)|$)/y;

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  for (;;) {
    const match = pattern.exec(text);
    if (match?.[1] !== undefined) found.push({ kind: match[1] as Kind, text: match[1] });
    else if (match?.[2] !== undefined) found.push({ kind: 'word', text: match[2] });
    else return [...found, { kind: 'end', text: '' }];
  }
}

const comparisons: Readonly<Partial<Record<Kind, SelectorOperator>>> = { '=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt' };
const last: Token = { kind: 'end', text: '' };

class Parser {
  private at = 0;

  constructor(private readonly list: readonly Token[]) {}

  private peek(): Token {
    return this.list[this.at] ?? last;
  }

  private take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  requirements(): readonly Requirement[] {
    const found: Requirement[] = [];
    for (;;) {
      const { kind, text } = this.peek();
      if (kind === 'end') return found;
      if (kind !== 'word' && kind !== '!')
        throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`);
      try {
        found.push(this.requirement());
      } catch (error) {
        if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
        throw error;
      }
      const after = this.take();
      if (after.kind === 'end') return found;
      if (after.kind !== ',') throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
      if (this.peek().kind !== 'word' && this.peek().kind !== '!') {
        throw new SelectorError(`found '${this.peek().text}', expected: identifier after ','`);
      }
    }
  }

  private requirement(): Requirement {
    let token = this.take();
    const isNegated = token.kind === '!';
    if (isNegated) token = this.take();
    if (token.kind !== 'word') throw new SelectorError(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const problems = isQualifiedName(key);
    if (problems.length > 0) throw new SelectorError(fieldErrorText(invalid('', key, problems.join('; '))));
    if (isNegated) return newRequirement(key, '!', []);
    if (this.peek().kind === 'end' || this.peek().kind === ',') return newRequirement(key, 'exists', []);
    const operator = this.operator();
    return newRequirement(key, operator, operator === 'in' || operator === 'notin' ? this.values() : [this.value()]);
  }

  private operator(): SelectorOperator {
    const { kind, text } = this.take();
    if (kind === 'word' && (text === 'in' || text === 'notin')) return text;
    const operator = comparisons[kind];
    if (operator === undefined) throw new SelectorError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
    return operator;
  }

  private value(): string {
    if (this.peek().kind === 'end' || this.peek().kind === ',') return '';
    const { kind, text } = this.take();
    if (kind !== 'word') throw new SelectorError(`found '${text}', expected: identifier`);
    return text;
  }

  /** A list in parentheses; a comma without a word beside it stands for an empty value. */
  private values(): readonly string[] {
    const opening = this.take();
    if (opening.kind !== '(') throw new SelectorError(`found '${opening.text}' expected: '('`);
    if (this.peek().kind === ')') {
      this.take();
      return [''];
    }
    if (this.peek().kind !== 'word' && this.peek().kind !== ',')
      throw new SelectorError(`found '${this.peek().text}', expected: ',', ')' or identifier`);
    const found = new Set<string>();
    for (;;) {
      const { kind, text } = this.take();
      if (kind === 'word') {
        found.add(text);
        if (this.peek().kind !== ',' && this.peek().kind !== ')')
          throw new SelectorError(`found '${this.peek().text}', expected: ',' or ')'`);
      } else if (kind === ',') {
        if (found.size === 0 || this.peek().kind === ')') found.add('');
        if (this.peek().kind === ',') {
          this.take();
          found.add('');
        }
      } else throw new SelectorError(`found '${text}', expected: ',', or identifier`);
      if (this.peek().kind === ')') {
        this.take();
        return [...found].sort();
      }
    }
  }
}

/** In the order of the text. Throws {@link SelectorError}. */
export function parseRequirements(text: string): readonly Requirement[] {
  return new Parser(tokens(text)).requirements();
}
