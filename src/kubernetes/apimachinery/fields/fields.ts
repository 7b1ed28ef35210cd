// Field selectors: `metadata.name=web,status.phase!=Running`. Upstream: apimachinery/pkg/fields.

export interface FieldRequirement {
  readonly operator: '=' | '!=';
  readonly field: string;
  /** Unescaped. */
  readonly value: string;
}

/** Thrown for a text that is no field selector. */
export class FieldSelectorError extends Error {
  override readonly name = 'FieldSelectorError';
}

/** Wants certain values in certain fields; a field that an object lacks counts as ''. */
export class FieldSelector {
  constructor(readonly requirements: readonly FieldRequirement[]) {}

  matches(fields: Readonly<Record<string, string>>): boolean {
    return this.requirements.every(({ operator, field, value }) => ((fields[field] ?? '') === value) === (operator === '='));
  }

  get isEverything(): boolean {
    return this.requirements.length === 0;
  }

  /** The value that `field` must have, when one is demanded. */
  exactValue(field: string): string | undefined {
    return this.requirements.find((each) => each.field === field && each.operator === '=')?.value;
  }

  toString(): string {
    return this.requirements
      .map(({ operator, field, value }) => `${field}${operator}${value.replace(/[\\,=]/g, '\\$&')}`)
      .join(',');
  }
}

export const everyField = new FieldSelector([]);

/** Cuts at commas that no backslash precedes. */
function terms(text: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      found.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...found, text.slice(start)];
}

function unescape(value: string): string {
  let out = '';
  let isEscaped = false;
  for (const character of value) {
    if (isEscaped) {
      if (!'\\,='.includes(character))
        throw new FieldSelectorError(`invalid field selector: invalid escape sequence: \\${character}`);
      out += character;
      isEscaped = false;
    } else if (character === '\\') isEscaped = true;
    else if (character === ',' || character === '=') {
      throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${character.codePointAt(0)}`);
    } else out += character;
  }
  if (isEscaped) throw new FieldSelectorError('invalid field selector: invalid escape sequence: \\');
  return out;
}

/** Reads the text of `?fieldSelector=`; requirements come in the order of their texts. Throws {@link FieldSelectorError}. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of [...terms(text)].sort()) {
    if (term === '') continue;
    const found = /!=|==|=/.exec(term);
    if (!found) throw new FieldSelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
    const value = unescape(term.slice(found.index + found[0].length));
    requirements.push({ operator: found[0] === '!=' ? '!=' : '=', field: term.slice(0, found.index), value });
  }
  return requirements.length === 0 ? everyField : new FieldSelector(requirements);
}
