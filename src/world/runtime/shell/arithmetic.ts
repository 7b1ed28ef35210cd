// Integer arithmetic of `$(( ))`, `(( ))` and `let`: 64-bit in a real shell, whole doubles here.

/** Reads and writes the shell's variables. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** Said by the shell, which then fails the command. */
export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}

const tokenPattern =
  /\s*(0[xX][0-9a-fA-F]+|\d+#\w+|\d+|[A-Za-z_]\w*|\*\*=?|<<=?|>>=?|\+\+|--|[-+*/%&|^<>=!]=|&&|\|\||[-+*/%<>=!~&|^?:(),])/y;
const precedences: Readonly<Record<string, number>> = {
  ',': 1,
  '||': 4,
  '&&': 5,
  '|': 6,
  '^': 7,
  '&': 8,
  '==': 9,
  '!=': 9,
  '<': 10,
  '<=': 10,
  '>': 10,
  '>=': 10,
  '<<': 11,
  '>>': 11,
  '+': 12,
  '-': 12,
  '*': 13,
  '/': 13,
  '%': 13,
  '**': 14,
};
const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=', '**=']);
const deepest = 50;

/** The value of an expression; empty text is 0. Throws {@link ArithmeticError}. */
export function evaluate(text: string, variables: Variables, depth = 0): number {
  if (depth > deepest) throw new ArithmeticError('arithmetic: expression recursion level exceeded');
  return new Evaluation(text, variables, depth).all();
}

class Evaluation {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly variables: Variables,
    private readonly depth: number,
  ) {
    tokenPattern.lastIndex = 0;
    const end = text.trimEnd().length;
    while (tokenPattern.lastIndex < end) {
      const found = tokenPattern.exec(text);
      if (!found) throw new ArithmeticError(`arithmetic syntax error`);
      this.tokens.push(found[1] ?? '');
    }
  }

  all(): number {
    if (this.tokens.length === 0) return 0;
    const value = this.expression(0);
    if (this.at < this.tokens.length) throw new ArithmeticError('arithmetic syntax error');
    return value;
  }

  private expression(least: number): number {
    let left = this.unary();
    for (;;) {
      const operator = this.tokens[this.at] ?? '';
      if (operator === '?' && least <= 3) {
        this.at++;
        const yes = this.expression(2);
        this.take(':');
        const no = this.expression(3);
        left = left !== 0 ? yes : no;
        continue;
      }
      const precedence = precedences[operator];
      if (precedence === undefined || precedence < least) return left;
      this.at++;
      const right = this.expression(operator === '**' ? precedence : precedence + 1);
      left = apply(operator, left, right);
    }
  }

  private unary(): number {
    const token = this.tokens[this.at++];
    switch (token) {
      case '-':
        return -this.unary();
      case '+':
        return this.unary();
      case '!':
        return this.unary() === 0 ? 1 : 0;
      case '~':
        return ~this.unary();
      case '++':
      case '--': {
        const name = this.tokens[this.at++] ?? '';
        const value = this.variable(name) + (token === '++' ? 1 : -1);
        this.variables.set(name, String(value));
        return value;
      }
      case '(': {
        const value = this.expression(0);
        this.take(')');
        return value;
      }
      case undefined:
        throw new ArithmeticError('arithmetic syntax error');
    }
    if (/^\d/.test(token)) return parseNumber(token);
    if (!/^[A-Za-z_]/.test(token)) throw new ArithmeticError('arithmetic syntax error');
    return this.named(token);
  }

  private named(name: string): number {
    const next = this.tokens[this.at] ?? '';
    if (assignments.has(next)) {
      this.at++;
      const right = this.expression(2);
      const value = next === '=' ? right : apply(next.slice(0, -1), this.variable(name), right);
      this.variables.set(name, String(value));
      return value;
    }
    const value = this.variable(name);
    if (next === '++' || next === '--') {
      this.at++;
      this.variables.set(name, String(value + (next === '++' ? 1 : -1)));
    }
    return value;
  }

  private variable(name: string): number {
    const text = this.variables.get(name)?.trim() ?? '';
    if (/^-?\d+$/.test(text) && !/^-?0\d/.test(text)) return Number(text);
    return evaluate(text, this.variables, this.depth + 1);
  }

  private take(token: string): void {
    if (this.tokens[this.at++] !== token) throw new ArithmeticError('arithmetic syntax error');
  }
}

function parseNumber(token: string): number {
  const based = /^(\d+)#(\w+)$/.exec(token);
  if (based) return parseInt(based[2] ?? '', Number(based[1]));
  if (/^0[xX]/.test(token)) return parseInt(token, 16);
  return /^0\d/.test(token) ? parseInt(token, 8) : Number(token);
}

function apply(operator: string, a: number, b: number): number {
  switch (operator) {
    case ',':
      return b;
    case '||':
      return a !== 0 || b !== 0 ? 1 : 0;
    case '&&':
      return a !== 0 && b !== 0 ? 1 : 0;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '==':
      return a === b ? 1 : 0;
    case '!=':
      return a !== b ? 1 : 0;
    case '<':
      return a < b ? 1 : 0;
    case '<=':
      return a <= b ? 1 : 0;
    case '>':
      return a > b ? 1 : 0;
    case '>=':
      return a >= b ? 1 : 0;
    case '<<':
      return a * 2 ** b;
    case '>>':
      return Math.floor(a / 2 ** b);
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '**':
      return a ** b;
    default:
      if (b === 0) throw new ArithmeticError('divide by zero');
      return operator === '/' ? Math.trunc(a / b) : a % b;
  }
}
