// Compares an answer with a recorded one, in which placeholders stand for what differs from run to run: the same placeholder must stand for
// the same value throughout a case.

type Json = unknown;
type JsonObject = Readonly<Record<string, Json>>;

const placeholder = /\$(?:NOW[+-]\d+su?|[A-Z]{2,}[A-Z0-9]*)/g;
/** Placeholders that may stand for another value each time. */
const loose = /^\$(NOW[+-]\d+su?|TIME|AGE|DATE|RAND|EVENT|CERT|CERT64|JWT|CABUNDLE|SCHEME)$/;

const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: Json): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};

/** What placeholders stand for, within one case. */
export class Bindings {
  private readonly values = new Map<string, string>();
  /** When the object last seen was made: a request that sends an object back says it as `$TIME`. */
  private creationTime: string | undefined;

  rememberCreation(time: string): void {
    this.creationTime = time;
  }

  /** Fills in placeholders of a request: what earlier answers gave, and times relative to `nowSeconds`. */
  fill(text: string, nowSeconds: number): string {
    const timed = text.replace(/\$NOW([+-]\d+)s(u?)/g, (_all, offset: string, micro: string) => {
      const at = new Date((nowSeconds + Number(offset)) * 1000).toISOString();
      return micro ? at.replace(/\.\d+Z$/, '.000000Z') : at.replace(/\.\d+Z$/, 'Z');
    });
    const time = this.creationTime ?? `${new Date(nowSeconds * 1000).toISOString().slice(0, 19)}Z`;
    return timed.replace(placeholder, (name) => (name === '$TIME' ? time : (this.values.get(name) ?? name)));
  }

  /** Whether `actual` is the expected text with its placeholders filled in; remembers what they stand for. */
  matchText(expected: string, actual: string): boolean {
    const names = expected.match(placeholder);
    if (!names) return expected === actual;
    const parts = expected.split(placeholder).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const seen = new Set<string>();
    const pattern = parts.reduce((sum, part, at) => {
      if (at === 0) return part;
      const name = names[at - 1] as string;
      const known = loose.test(name) ? undefined : this.values.get(name);
      if (known !== undefined) return `${sum}${known.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}${part}`;
      if (seen.has(name) || loose.test(name)) return `${sum}(?:[\\s\\S]*?)${part}`;
      seen.add(name);
      return `${sum}([\\s\\S]+?)${part}`;
    }, '');
    const found = new RegExp(`^${pattern}$`).exec(actual);
    if (!found) return false;
    [...seen].forEach((name, at) => this.values.set(name, found[at + 1] as string));
    return true;
  }
}

/** How strictly to compare. */
export interface ComparisonRules {
  /** Answers may have been cut down to what the step is about: objects without an identity are compared by what is there. */
  readonly allowsCutDown: boolean;
  /** Rows or items of other objects are left out of the recording. */
  readonly allowsOthers: boolean;
}

/** Finds all differences between an answer and a recorded one, as lines `path: expected …, got …`. */
export class Comparison {
  readonly differences: string[] = [];
  /** Inside of what the recorder cut down: more may be there. */
  private isCut = false;

  constructor(
    private readonly bindings: Bindings,
    private readonly rules: ComparisonRules,
  ) {}

  compare(path: string, expected: Json, actual: Json): void {
    if (!this.isCut && this.rules.allowsCutDown && isCutDown(path, expected)) {
      this.isCut = true;
      this.compareSame(path, expected, actual);
      this.isCut = false;
    } else this.compareSame(path, expected, actual);
  }

  private compareSame(path: string, expected: Json, actual: Json): void {
    if (typeof expected === 'string') return this.compareText(path, expected, actual);
    if (Array.isArray(expected)) return this.compareList(path, expected, actual);
    if (isObject(expected)) return this.compareObject(path, expected, actual);
    if (expected !== actual) this.differ(path, expected, actual);
  }

  private differ(path: string, expected: Json, actual: Json): void {
    this.differences.push(`${path || '.'}: expected ${shown(expected)}, got ${shown(actual)}`);
  }

  private compareText(path: string, expected: string, actual: Json): void {
    const isStandIn = expected.startsWith('$') && (typeof actual === 'number' || typeof actual === 'string');
    if (typeof actual !== 'string' && !isStandIn) return this.differ(path, expected, actual);
    const text = String(actual);
    if (expected === '$TIME' && path.endsWith('.metadata.creationTimestamp')) this.bindings.rememberCreation(text);
    if (this.bindings.matchText(expected, text)) return;
    if (isFirstLineOnly(expected) && this.bindings.matchText(firstLine(expected), firstLine(text))) return;
    this.differ(path, expected, actual);
  }

  private compareList(path: string, expected: readonly Json[], actual: Json): void {
    if (!Array.isArray(actual)) return this.differ(path, expected, actual);
    if (path.endsWith('.managedFields')) return this.compareManagers(path, expected, actual);
    if (this.rules.allowsOthers && /^\.(rows|items)$/.test(path)) return this.compareNamed(path, expected, actual);
    if (expected.length !== actual.length) {
      this.differences.push(`${path}: expected ${expected.length} items, got ${actual.length}: ${shown(expected)} / ${shown(actual)}`);
      return;
    }
    expected.forEach((item, at) => {
      const isNamed = this.rules.allowsCutDown && path === '.items' && (typeof item === 'string' || Array.isArray(item));
      this.compare(`${path}[${at}]`, item, isNamed ? asNamed(item, actual[at]) : actual[at]);
    });
  }

  /** Entries are matched by manager, operation and subresource: their order depends on the second of writing. */
  private compareManagers(path: string, expected: readonly Json[], actual: readonly Json[]): void {
    const key = (entry: Json): string => {
      const { manager, operation, subresource, apiVersion } = entry as Record<string, string>;
      return [manager, operation, subresource ?? '', apiVersion].join(' ');
    };
    const isKept = (entry: Json): boolean => (entry as { manager?: string }).manager !== 'kube-controller-manager';
    const sort = (list: readonly Json[]): Json[] => list.filter(isKept).sort((a, b) => (key(a) < key(b) ? -1 : 1));
    const [left, right] = [sort(expected), sort(actual)];
    if (left.length !== right.length) return this.differ(path, left.map(key), right.map(key));
    left.forEach((entry, at) => this.compare(`${path}[${key(entry)}]`, entry, right[at]));
  }

  private compareNamed(path: string, expected: readonly Json[], actual: readonly Json[]): void {
    const nameOf = (item: Json): string => {
      const row = item as { cells?: Json[]; metadata?: { name?: string }; object?: { metadata?: { name?: string } } };
      return row.object?.metadata?.name ?? row.metadata?.name ?? String(row.cells?.[0]);
    };
    for (const item of expected) {
      const name = nameOf(item);
      const found = actual.find((one) => this.bindings.matchText(name, nameOf(one)));
      if (found === undefined) this.differences.push(`${path}: no ${name}`);
      else this.compare(`${path}[${name}]`, item, found);
    }
  }

  private compareObject(path: string, expected: JsonObject, actual: Json): void {
    if (!isObject(actual)) return this.differ(path, expected, actual);
    const left = new Set(Object.keys(actual));
    for (const [key, value] of Object.entries(expected)) {
      const name = placeholder.test(key) ? ([...left].find((other) => this.bindings.matchText(key, other)) ?? key) : key;
      placeholder.lastIndex = 0;
      left.delete(name);
      const here = `${path}.${key}`;
      if (actual[name] === undefined) this.differ(here, value, undefined);
      else this.compare(here, value, actual[name]);
    }
    if (this.isCut) return;
    for (const key of left) if (actual[key] !== undefined) this.differ(`${path}.${key}`, undefined, actual[key]);
  }
}

/** An object cut down as the recorder did to items of long lists: to its name, or to its name and its grace when it is leaving. */
function asNamed(expected: Json, actual: Json): Json {
  const metadata = (actual as { metadata?: { name?: string; deletionGracePeriodSeconds?: number } } | undefined)?.metadata;
  return Array.isArray(expected) ? [metadata?.name, metadata?.deletionGracePeriodSeconds] : metadata?.name;
}

/** The rest of these messages is a diff of Go structs. */
const isFirstLineOnly = (text: string): boolean => /pod updates may not change fields|field is immutable|Forbidden: updates to/.test(text);
const firstLine = (text: string): string => (text.split('\n', 1)[0] as string).replace(/\](?=$)/, '');

/** Whether a recorded value holds only what its step is about: an answer without a kind, an item without an identity. */
function isCutDown(path: string, value: Json): boolean {
  if (!isObject(value)) return false;
  if (path === '') return value.kind === undefined;
  if (path === '.metadata' || /\.object\.metadata$/.test(path)) return value.uid === undefined && value.name !== undefined;
  return (
    /^\.items\[[^\]]*\]$|\.object$/.test(path) && isObject(value.metadata) && value.metadata.uid === undefined && value.kind !== 'Status'
  );
}
