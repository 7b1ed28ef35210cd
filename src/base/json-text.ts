// Reads JSON text as Go does: with Go's complaints, and remembering what JSON.parse forgets — members given twice and how odd numbers were
// written. Only for text from outside; inside the engine objects travel as they are.

/** Thrown for text that is no JSON, with Go's words. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
}

const duplicates = new WeakMap<object, readonly string[]>();
const oddNumbers = new WeakMap<object, Map<string, string>>();

/** Paths of the members that were given twice in the text of this value: `spec.replicas`, `items[0].name`. The last one counts. */
export function duplicateMembers(value: unknown): readonly string[] {
  return (typeof value === 'object' && value !== null ? duplicates.get(value) : undefined) ?? [];
}

/** How a number member was written, where its value does not say: `1.0`, `1e3`, integers past 2^53. */
export function writtenNumber(parent: object, key: string | number): string | undefined {
  return oddNumbers.get(parent)?.get(String(key));
}

const space = /[ \t\r\n]*/y;
const plainString = /[^"\\\u0000-\u001f]*/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const literals: Readonly<Record<string, readonly [string, unknown]>> = {
  t: ['true', true],
  f: ['false', false],
  n: ['null', null],
};

class Reader {
  private at = 0;
  private readonly path: string[] = [];
  readonly twice: string[] = [];

  constructor(private readonly text: string) {}

  document(): unknown {
    const value = this.value();
    this.skip();
    if (this.at < this.text.length) throw this.wrong('after top-level value');
    return value;
  }

  private skip(): void {
    space.lastIndex = this.at;
    space.exec(this.text);
    this.at = space.lastIndex;
  }

  private wrong(where: string): JsonTextError {
    if (this.at >= this.text.length) return new JsonTextError('unexpected end of JSON input');
    const character = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    const shown = character === "'" ? "'\\''" : character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;
    return new JsonTextError(`invalid character ${shown} ${where}`);
  }

  private value(): unknown {
    this.skip();
    const first = this.text[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string();
    const literal = first === undefined ? undefined : literals[first];
    if (literal !== undefined) return this.literal(literal);
    if (first !== '-' && (first === undefined || first < '0' || first > '9')) throw this.wrong('looking for beginning of value');
    return Number(this.number());
  }

  private literal([word, value]: readonly [string, unknown]): unknown {
    for (let i = 0; i < word.length; i++, this.at++) {
      if (this.text[this.at] !== word[i]) throw this.wrong(`in literal ${word} (expecting '${word[i]}')`);
    }
    return value;
  }

  private number(): string {
    number.lastIndex = this.at;
    const found = number.exec(this.text)?.[0];
    if (found === undefined) {
      this.at++;
      throw this.wrong('in numeric literal');
    }
    this.at += found.length;
    const after = this.text[this.at];
    if (after === '.' || after === 'e' || after === 'E') {
      this.at++;
      if (after !== '.' && (this.text[this.at] === '-' || this.text[this.at] === '+')) this.at++;
      throw this.wrong(after === '.' ? 'after decimal point in numeric literal' : 'in exponent of numeric literal');
    }
    return found;
  }

  private string(): string {
    const start = ++this.at;
    plainString.lastIndex = start;
    plainString.exec(this.text);
    this.at = plainString.lastIndex;
    if (this.text[this.at] === '"') return this.text.slice(start, this.at++);
    let out = this.text.slice(start, this.at);
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) throw this.wrong('');
      if (character === '"') {
        this.at++;
        return out.replace(loneSurrogate, '\uFFFD');
      }
      if (character < ' ') throw this.wrong('in string literal');
      this.at++;
      out += character === '\\' ? this.escape() : character;
    }
  }

  private escape(): string {
    const letter = this.text[this.at] ?? '';
    if (letter !== 'u') {
      const plain = escapes[letter];
      if (plain === undefined) throw this.wrong('in string escape code');
      this.at++;
      return plain;
    }
    this.at++;
    let unit = 0;
    for (let i = 0; i < 4; i++, this.at++) {
      const digit = parseInt(this.text[this.at] ?? '', 16);
      if (Number.isNaN(digit)) throw this.wrong('in \\u hexadecimal character escape');
      unit = unit * 16 + digit;
    }
    return String.fromCharCode(unit);
  }

  /** A member's value; numbers whose value does not tell their text are noted. */
  private member(parent: object, key: string | number): unknown {
    this.skip();
    const start = this.at;
    const value = this.value();
    if (typeof value === 'number') {
      const text = this.text.slice(start, this.at);
      if (String(value) !== text) {
        const known = oddNumbers.get(parent) ?? new Map<string, string>();
        oddNumbers.set(parent, known.set(String(key), text));
      }
    }
    return value;
  }

  private object(): Record<string, unknown> {
    this.at++;
    const members: Record<string, unknown> = {};
    this.skip();
    if (this.text[this.at] === '}') {
      this.at++;
      return members;
    }
    for (;;) {
      this.skip();
      if (this.text[this.at] !== '"') throw this.wrong('looking for beginning of object key string');
      const key = this.string();
      this.skip();
      if (this.text[this.at] !== ':') throw this.wrong('after object key');
      this.at++;
      this.path.push(this.path.length === 0 ? key : `.${key}`);
      if (Object.hasOwn(members, key)) this.twice.push(this.path.join(''));
      const value = this.member(members, key);
      this.path.pop();
      if (key === '__proto__')
        Object.defineProperty(members, key, { value, enumerable: true, writable: true, configurable: true });
      else members[key] = value;
      this.skip();
      if (this.text[this.at] === '}') break;
      if (this.text[this.at] !== ',') throw this.wrong('after object key:value pair');
      this.at++;
    }
    this.at++;
    return members;
  }

  private array(): readonly unknown[] {
    this.at++;
    const items: unknown[] = [];
    this.skip();
    if (this.text[this.at] === ']') {
      this.at++;
      return items;
    }
    for (;;) {
      this.path.push(`[${items.length}]`);
      items.push(this.member(items, items.length));
      this.path.pop();
      this.skip();
      if (this.text[this.at] === ']') break;
      if (this.text[this.at] !== ',') throw this.wrong('after array element');
      this.at++;
    }
    this.at++;
    return items;
  }
}

/** The value of a JSON text. Throws {@link JsonTextError}. */
export function parseJsonText(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.document();
  if (reader.twice.length > 0 && typeof value === 'object' && value !== null) duplicates.set(value, reader.twice);
  return value;
}
