// One answer over HTTP against the recorded one: status, the headers that were recorded, the body.
import type { Bindings} from './expectation.ts';
import { Comparison, type ComparisonRules } from './expectation.ts';

/** An answer as recorded; a body that is no JSON is `bodyText`. */
export interface RecordedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bodyText?: string;
}

interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Differences in status and headers. A warning that was not recorded is one. */
export function compareHead(bindings: Bindings, expected: RecordedAnswer, actual: AnswerHead): string[] {
  const details: string[] = [];
  if (expected.status !== actual.status) details.push(`status: expected ${expected.status}, got ${actual.status}`);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const got = actual.headers[name] ?? actual.headers[name.toLowerCase()];
    if (got === undefined || !bindings.matchText(value, got)) details.push(`header ${name}: expected ${value}, got ${got ?? 'none'}`);
  }
  if (expected.headers?.warning === undefined && actual.headers.warning !== undefined) {
    details.push(`header warning: expected none, got ${actual.headers.warning}`);
  }
  return details;
}

/** Differences in the body; none when none was recorded. */
export function compareBody(bindings: Bindings, expected: RecordedAnswer, text: string, rules: ComparisonRules): readonly string[] {
  if (expected.bodyText !== undefined) {
    return bindings.matchText(expected.bodyText, text)
      ? []
      : [`body: expected ${expected.bodyText.slice(0, 400)}, got ${text.slice(0, 400)}`];
  }
  if (expected.body === undefined) return [];
  let actual: unknown = text;
  try {
    actual = JSON.parse(text);
  } catch {
    // Not JSON: compared as text.
  }
  const comparison = new Comparison(bindings, rules);
  comparison.compare('', expected.body, actual);
  return comparison.differences;
}
