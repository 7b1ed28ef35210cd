// What names, keys and values may look like, each check giving upstream's messages in upstream's order; none means valid.
// Upstream: apimachinery/pkg/util/validation.
import { utf8Length } from '@/base/text.ts';

/** A check of one text. */
export type NameRule = (name: string) => readonly string[];

/** "message (e.g. 'x',  or 'y', regex used for validation is '…')". */
function regexError(message: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  return `${message} (e.g. ${examples.map((each) => `'${each}', `).join(' or ')}regex used for validation is '${pattern}')`;
}

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const maxLenError = (length: number): string => `must be no more than ${length} characters`;
const maxBytesError = (length: number): string => `must be no more than ${length} bytes`;
export const emptyError = 'must be non-empty';

const label1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain1123 = `${label1123}(\\.${label1123})*`;
const underscored = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

interface Rule {
  readonly pattern: string;
  readonly message: string;
  readonly examples: readonly string[];
  /** Bytes. */
  readonly longest?: number;
}

function rule({ pattern, message, examples, longest }: Rule): NameRule {
  const expression = whole(pattern);
  const error = regexError(message, pattern, ...examples);
  return (text) => {
    const tooLong = longest !== undefined && utf8Length(text) > longest;
    if (expression.test(text)) return tooLong ? [maxLenError(longest)] : [];
    return tooLong ? [maxLenError(longest), error] : [error];
  };
}

const checkLabel1123 = rule({
  pattern: label1123,
  message:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ['my-name', '123-abc'],
  longest: 63,
});

const checkSubdomain = whole(subdomain1123);

/** A DNS label: most names that become part of a host name. */
export const isDns1123Label: NameRule = (text) => {
  const errors = checkLabel1123(text);
  return errors.length > 0 && checkSubdomain.test(text) && text.includes('.')
    ? [...errors.filter((error) => error.startsWith('must be no more')), 'must not contain dots']
    : errors;
};

/** A DNS subdomain: what most object names must be. */
export const isDns1123Subdomain = rule({
  pattern: subdomain1123,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
  longest: 253,
});

export const isDns1123SubdomainWithUnderscore = rule({
  pattern: `${underscored}(\\.${underscored})*`,
  message:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
  examples: ['example.com'],
  longest: 253,
});

export const isDns1035Label = rule({
  pattern: label1035,
  message:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ['my-name', 'abc-123'],
  longest: 63,
});

export const isWildcardDns1123Subdomain = rule({
  pattern: `\\*\\.${subdomain1123}`,
  message:
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  examples: ['*.example.com'],
  longest: 253,
});

export const isCIdentifier = rule({
  pattern: '[A-Za-z_][A-Za-z0-9_]*',
  message:
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  examples: ['my_name', 'MY_NAME', 'MyName'],
});

export const isHttpHeaderName = rule({
  pattern: '[-A-Za-z0-9]+',
  message: "a valid HTTP header must consist of alphanumeric characters or '-'",
  examples: ['X-Header-Name'],
});

export const isValidPercent = rule({
  pattern: '[0-9]+%',
  message: "a valid percent string must be a numeric string followed by an ending '%'",
  examples: ['1%', '93%'],
});

const qualifiedMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const qualifiedExamples = ['MyName', 'my.name', '123-abc'];
const qualifiedExpression = whole(qualified);

/** A label or annotation key: a name with an optional DNS prefix and a slash. */
export const isQualifiedName: NameRule = (text) => {
  const errors: string[] = [];
  const parts = text.split('/');
  if (parts.length > 2) {
    const shape = regexError(qualifiedMessage, qualified, ...qualifiedExamples);
    return [`a valid label key ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts[parts.length - 1] ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === '') errors.push(`prefix part ${emptyError}`);
  else if (prefix !== undefined) {
    const problems = isDns1123Subdomain(prefix).map((problem) => (problem === maxLenError(253) ? maxBytesError(253) : problem));
    errors.push(...problems.map((problem) => `prefix part ${problem}`));
  }
  if (name === '') errors.push(`name part ${emptyError}`);
  else if (utf8Length(name) > 63) errors.push(`name part ${maxBytesError(63)}`);
  if (!qualifiedExpression.test(name)) errors.push(`name part ${regexError(qualifiedMessage, qualified, ...qualifiedExamples)}`);
  return errors;
};

const labelValue = `(${qualified})?`;
const labelValueExpression = whole(labelValue);

/** The value of a label. */
export const isValidLabelValue: NameRule = (text) => {
  const errors: string[] = [];
  if (utf8Length(text) > 63) errors.push(maxBytesError(63));
  if (!labelValueExpression.test(text)) {
    errors.push(
      regexError(
        `a valid label must be an empty string or ${qualifiedMessage.slice('must '.length)}`,
        labelValue,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return errors;
};

/** The name of a container's or Service's port, up to 15 characters. */
export const isValidPortName: NameRule = (text) => {
  const errors: string[] = [];
  if (utf8Length(text) > 15) errors.push(maxLenError(15));
  if (!/^[-a-z0-9]+$/.test(text)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) errors.push('must contain at least one letter (a-z)');
  if (text.includes('--')) errors.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
};

function dotRules(text: string): readonly string[] {
  if (text === '.') return ["must not be '.'"];
  if (text === '..') return ["must not be '..'"];
  return text.startsWith('..') ? ["must not start with '..'"] : [];
}

const envVarName = rule({
  pattern: '[-._a-zA-Z][-._a-zA-Z0-9]*',
  message:
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
});

export const isEnvVarName: NameRule = (text) => [...envVarName(text), ...dotRules(text)];

/** What the names of environment variables must be since upstream relaxed them. */
export const isRelaxedEnvVarName: NameRule = (text) => {
  if (text === '') return [`environment variable name ${emptyError}`];
  return /^[\x20-\x3c\x3e-\x7e]*$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
};

const configMapKey = rule({
  pattern: '[-._a-zA-Z0-9]+',
  message: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  examples: ['key.name', 'KEY_NAME', 'key-name'],
  longest: 253,
});

/** A key of a ConfigMap or Secret. */
export const isConfigMapKey: NameRule = (text) => [...configMapKey(text), ...dotRules(text)];

/** A name that may stand in a path. */
export const isValidPathSegmentName: NameRule = (text) => {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((character) => text.includes(character)).map((character) => `may not contain '${character}'`);
};

export function isInRange(value: number, least: number, most: number): readonly string[] {
  return value >= least && value <= most ? [] : [`must be between ${least} and ${most}, inclusive`];
}

export const isValidPortNumber = (port: number): readonly string[] => isInRange(port, 1, 65535);
export const isValidUserId = (id: number): readonly string[] => isInRange(id, 0, 2147483647);

/** A generateName is checked as the name it may become: a trailing dash is taken away. */
export const asPrefix =
  (check: NameRule): NameRule =>
  (text) =>
    check(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
