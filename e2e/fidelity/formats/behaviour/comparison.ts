// Compares what was seen with what was recorded, leaving out what the recording left out and what differed between recordings.
import { canonicalJson } from '@/base/json.ts';
import type { GoldenCase, Json, JsonObject, Observation, RecordedEvent } from './golden-case.ts';

const varies = '<varies>';
/** Seconds by which a moment may be off. */
const tolerance = 1.5;
/** Made by the cluster itself in every namespace; compared only where a recording names them. */
const furniture = /^(ConfigMap|ServiceAccount)\/(.*\/)?(kube-root-ca\.crt|default)$|^Namespace\/demo$/;
const systemNamespaces: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
/** What is compared even where a case's recording never has it. */
const coreFields: Readonly<Record<string, readonly string[]>> = {
  Pod: ['phase', 'ready', 'terminating'],
  ReplicaSet: ['replicas', 'status', 'conditions'],
  ReplicationController: ['replicas', 'status', 'conditions'],
  Deployment: ['replicas', 'status', 'conditions'],
  Node: ['taints', 'ready', 'conditions', 'unschedulable'],
  ConfigMap: ['finalizers', 'deleting'],
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const kindOf = (key: string): string => key.slice(0, key.indexOf('/'));
const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** Whether `actual` is as expected; `<varies>` is anything, `<ip>` any address. */
function matches(expected: unknown, actual: unknown): boolean {
  if (expected === varies) return true;
  if (expected === '<ip>' && typeof actual === 'string')
    return actual === '<ip>' || /^\d+\.\d+\.\d+\.\d+$/.test(actual);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      expected.length === actual.length &&
      expected.every((item, at) => matches(item, actual[at]))
    );
  }
  if (!isObject(expected)) return expected === actual;
  if (!isObject(actual)) return false;
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys].every((key) => matches(expected[key], actual[key]));
}

/** What is left of both when everything that matches is taken out. */
function leftovers<E, A>(
  expected: readonly E[],
  actual: readonly A[],
  fits: (e: E, a: A) => boolean,
): { missing: E[]; extra: A[] } {
  const extra = [...actual];
  const missing: E[] = [];
  for (const item of expected) {
    const at = extra.findIndex((other) => fits(item, other));
    if (at < 0) missing.push(item);
    else extra.splice(at, 1);
  }
  return { missing, extra };
}

/** The comparison of one case; `details` is one line per difference. */
export class CaseComparison {
  readonly details: string[] = [];
  private readonly all: readonly Observation[];
  private readonly soft: readonly string[];
  private readonly fields = new Map<string, Set<string>>();
  private readonly named = new Set<string>();
  private readonly countsEvents: boolean;
  private readonly kindsOf: Readonly<
    Record<'changes' | 'conditions' | 'events' | 'state' | 'timeline', ReadonlySet<string>>
  >;

  constructor(
    private readonly golden: GoldenCase,
    private readonly isOrdered: boolean,
  ) {
    this.all = (golden.observations ?? []).flatMap((one) => [one, ...(one.phases ?? [])]);
    this.soft = (golden.varies ?? []).map((path) => path.replace(/^\(1 of 3\) /, ''));
    for (const { state } of this.all) for (const [key, form] of Object.entries(state ?? {})) this.learn(key, form);
    const lists = [golden.events ?? {}, ...this.all.map((one) => one.events ?? {})].flatMap((events) =>
      Object.values(events),
    );
    this.countsEvents = lists.some(
      (events) => Array.isArray(events) && events.some((event) => event.times !== undefined),
    );
    const kinds = (part: (one: Observation) => readonly string[]): ReadonlySet<string> =>
      new Set(this.all.flatMap(part).map(kindOf));
    this.kindsOf = {
      changes: kinds((one) => (one.changes ?? []).map((change) => String(change.obj))),
      conditions: kinds((one) => Object.keys(one.conditions ?? {})),
      events: kinds((one) => [...Object.keys(one.events ?? {}), ...Object.keys(golden.events ?? {})]),
      state: kinds((one) => Object.keys(one.state ?? {})),
      timeline: kinds((one) => Object.keys(one.timeline ?? {})),
    };
  }

  private learn(key: string, form: Json): void {
    this.named.add(key);
    const kind = kindOf(key);
    const fields = this.fields.get(kind) ?? new Set(coreFields[kind] ?? []);
    this.fields.set(kind, fields);
    for (const one of Array.isArray(form) ? form.map((group) => (group as { each: Json }).each) : [form]) {
      if (isObject(one)) for (const field of Object.keys(one)) fields.add(field);
    }
  }

  /** `at` is the index of the observation, or of the observation and the phase. */
  compare(expected: Observation, actual: Observation, at: string, isStateOnly: boolean): void {
    this.part(`${at}/state`, () => this.state(expected.state ?? {}, actual.state ?? {}));
    if (isStateOnly || expected.step === 'setup') return;
    this.part(`${at}/changes`, () => this.changes(expected.changes ?? [], actual.changes ?? []));
    this.part(`${at}/conditions`, () =>
      this.keyed('conditions', expected.conditions ?? {}, actual.conditions ?? {}, matches),
    );
    if (expected.events || !this.golden.events) this.part(`${at}/events`, () => this.stepEvents(expected, actual));
    if (this.kindsOf.timeline.size > 0) this.part(`${at}/timeline`, () => this.timeline(expected, actual));
    const answer = (one: Observation): Json => one.responses ?? one.response ?? [];
    if (expected.response !== undefined || expected.responses !== undefined) {
      this.part(`${at}/response`, () => this.responses(answer(expected), answer(actual)));
    }
  }

  /** The events of the whole case, neighbours folded. */
  compareEvents(actual: Readonly<Record<string, readonly RecordedEvent[]>>): void {
    if (!this.golden.events) return;
    this.part('/events', () =>
      this.keyed('events', this.golden.events ?? {}, actual, (want = [], got = []) =>
        this.areSameEvents(want, got, this.isOrdered),
      ),
    );
  }

  /** Where a recording counts nothing (repeats came from back-off and differed), nothing is counted; only some areas keep the order. */
  private areSameEvents(
    expected: readonly RecordedEvent[],
    actual: readonly RecordedEvent[],
    isOrdered: boolean,
  ): boolean {
    const total = (list: readonly RecordedEvent[]): readonly RecordedEvent[] => {
      const sums = new Map<string, RecordedEvent>();
      for (const { times = 1, ...event } of list) {
        const text = canonicalJson(event);
        sums.set(text, { ...event, times: this.countsEvents ? (sums.get(text)?.times ?? 0) + times : 1 });
      }
      return [...sums.values()];
    };
    if (isOrdered) return matches(expected, actual);
    const { missing, extra } = leftovers(total(expected), total(actual), matches);
    return missing.length + extra.length === 0;
  }

  private part(path: string, find: () => readonly string[]): void {
    const found = find();
    const isSoft = this.soft.some((one) => one.startsWith(path) || path.startsWith(one));
    if (found.length > 0 && !isSoft) this.details.push(...found.map((line) => `${path}: ${line}`));
  }

  private isCompared(key: string): boolean {
    if (this.named.has(key)) return true;
    const parts = key.split('/');
    return (
      !furniture.test(key) &&
      !(parts.length > 2 && systemNamespaces.has(parts[1] ?? '')) &&
      !systemNamespaces.has(parts[1] ?? '')
    );
  }

  private state(expected: JsonObject, actual: JsonObject): string[] {
    const found: string[] = [];
    const keys = Object.keys(actual).filter((key) => this.kindsOf.state.has(kindOf(key)) && this.isCompared(key));
    for (const key of new Set([...Object.keys(expected), ...keys])) {
      const want = expected[key];
      if (want === varies) continue;
      if (Array.isArray(want) || Array.isArray(actual[key])) found.push(...this.groups(key, want, actual[key]));
      else if (want === undefined || actual[key] === undefined)
        found.push(`${key}: expected ${shown(want)}, got ${shown(actual[key])}`);
      else found.push(...this.form(key, want as JsonObject, actual[key] as JsonObject));
    }
    return found;
  }

  private form(key: string, expected: JsonObject, actual: JsonObject): string[] {
    const trimmed = this.trimmed(key, actual, expected);
    return [...new Set([...Object.keys(expected), ...Object.keys(trimmed)])]
      .filter((field) => !matches(sorted(field, expected[field]), sorted(field, trimmed[field])))
      .map((field) => `${key} ${field}: expected ${shown(expected[field])}, got ${shown(trimmed[field])}`);
  }

  /** Only the fields that this case's recording knows of the kind. */
  private trimmed(key: string, form: JsonObject, expected: JsonObject): JsonObject {
    const fields = this.fields.get(kindOf(key));
    const isKept = (field: string): boolean =>
      field === 'count' || field === 'endpoints' ? expected[field] !== undefined : (fields?.has(field) ?? false);
    return Object.fromEntries(Object.entries(form).filter(([field]) => isKept(field)));
  }

  private groups(key: string, expected: Json | undefined, actual: Json | undefined): string[] {
    const spread = (groups: Json | undefined): JsonObject[] =>
      (Array.isArray(groups) ? (groups as readonly { count: number; each: JsonObject }[]) : []).flatMap(
        ({ count, each }) => Array.from({ length: count }, () => each),
      );
    // Where the number of alike ones differed between recordings, only what they were like is known.
    if (Array.isArray(expected) && expected.some((group) => (group as JsonObject).count === varies)) return [];
    const { missing, extra } = leftovers(
      spread(expected),
      spread(actual),
      (want, got) => this.form(key, want, got).length === 0,
    );
    return [
      ...missing.map((one) => `${key}: expected one more ${shown(one)}`),
      ...extra.map((one) => `${key}: unexpected ${shown(this.trimmed(key, one, missing[0] ?? {}))}`),
    ];
  }

  private changes(expected: readonly JsonObject[], actual: readonly JsonObject[]): string[] {
    const kinds = this.kindsOf.changes;
    const seen = actual.filter(
      (change) => kinds.has(kindOf(String(change.obj))) && this.isCompared(String(change.obj)),
    );
    if (this.isOrdered && matches(expected, seen)) return [];
    const { missing, extra } = leftovers(expected, seen, matches);
    if (missing.length + extra.length === 0)
      return this.isOrdered ? [`order: expected ${shown(expected)}, got ${shown(seen)}`] : [];
    return [...missing.map((one) => `expected ${shown(one)}`), ...extra.map((one) => `unexpected ${shown(one)}`)];
  }

  private keyed<T>(
    part: 'conditions' | 'events',
    expected: Readonly<Record<string, T>>,
    actual: Readonly<Record<string, T>>,
    fits: (expected: T | undefined, actual: T | undefined) => boolean,
  ): string[] {
    const keys = Object.keys(actual).filter((key) => this.kindsOf[part].has(kindOf(key)) && this.isCompared(key));
    return [...new Set([...Object.keys(expected), ...keys])]
      .filter((key) => (expected[key] as unknown) !== varies && !fits(expected[key], actual[key]))
      .map((key) => `${key}: expected ${shown(expected[key])}, got ${shown(actual[key])}`);
  }

  private stepEvents(expected: Observation, actual: Observation): string[] {
    return this.keyed('events', expected.events ?? {}, actual.events ?? {}, (want = [], got = []) =>
      this.areSameEvents(want, got, false),
    );
  }

  private timeline(expected: Observation, actual: Observation): string[] {
    const found: string[] = [];
    const keys = Object.keys(actual.timeline ?? {}).filter(
      (key) => this.kindsOf.timeline.has(kindOf(key)) && this.isCompared(key),
    );
    for (const key of new Set([...Object.keys(expected.timeline ?? {}), ...keys])) {
      const want = expected.timeline?.[key] ?? [];
      const got = actual.timeline?.[key] ?? [];
      if (want === varies || got === varies) continue;
      const { missing, extra } = leftovers(want, got, isSameMoment);
      found.push(
        ...missing.map((one) => `${key}: expected ${shown(one)}`),
        ...extra.map((one) => `${key}: unexpected ${shown(one)}`),
      );
    }
    return found;
  }

  private responses(expected: Json, actual: Json): string[] {
    const plain = (value: Json): Json[] =>
      (Array.isArray(value) ? value : [value]).map((one) =>
        isObject(one) && one.response !== undefined ? one.response : one,
      );
    const [want, got] = [plain(expected), plain(actual)];
    return matches(want, got) ? [] : [`expected ${shown(want)}, got ${shown(got)}`];
  }
}

/** Lists whose order says nothing. */
function sorted(field: string, value: Json | undefined): Json | undefined {
  if (field !== 'endpoints' || !Array.isArray(value)) return value;
  return [...value].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

function isSameMoment(expected: JsonObject, actual: JsonObject): boolean {
  const { at: window, ...want } = expected;
  const { at, ...got } = actual;
  if (!matches(want, got)) return false;
  if (!Array.isArray(window)) return true;
  const [earliest, latest] = window.map(Number) as [number, number];
  return Number(at) >= earliest - tolerance && Number(at) <= latest + tolerance;
}
