// What of a recorded scheduling case came out otherwise, as lines `p.node: expected …, got …`.
import { equalJson } from '@/base/json.ts';
import type { CaseOutcome, PodOutcome, RecordedCase } from './recorded-case.ts';

type Scores = Readonly<Record<string, number>>;

interface PodExpectation {
  readonly node?: string | null;
  /** Any of these is right. */
  readonly nodes?: readonly string[];
  /** Depends on a tie before it. */
  readonly afterTie?: boolean;
  readonly stays?: string;
  readonly condition?: { readonly reason: string; readonly message: string };
  readonly nominated?: string;
  readonly events?: readonly string[];
  readonly scores?: Scores;
  readonly plugins?: Readonly<Record<string, Scores>>;
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

function comparePod(
  expected: PodExpectation,
  actual: PodOutcome,
  differ: (what: string, expected: unknown, actual: unknown) => void,
): void {
  if (expected.afterTie) return;
  if (expected.nodes) {
    if (!expected.nodes.includes(actual.node ?? '')) differ('node', expected.nodes, actual.node);
  } else if (expected.node !== undefined && expected.node !== actual.node)
    differ('node', expected.node, actual.node);
  if (expected.stays !== undefined && actual.condition !== undefined)
    differ('condition', undefined, actual.condition);
  if (expected.condition) {
    const { reason, message } = actual.condition ?? {};
    if (!equalJson(expected.condition, { reason, message }))
      differ('condition', expected.condition, { reason, message });
  }
  if (expected.nominated !== actual.nominated) differ('nominated', expected.nominated, actual.nominated);
  if (!equalJson(expected.events ?? [], actual.events)) differ('events', expected.events, actual.events);
  if (expected.scores) {
    const totals = Object.fromEntries(actual.scores.map(({ node, total }) => [node, total]));
    if (!equalJson(expected.scores, totals)) differ('scores', expected.scores, totals);
  }
  for (const [plugin, wanted] of Object.entries(expected.plugins ?? {})) {
    const got = Object.fromEntries(actual.scores.map(({ node, byPlugin }) => [node, byPlugin[plugin] ?? 0]));
    if (!equalJson(wanted, got)) differ(plugin, wanted, got);
  }
}

export function caseDifferences(recorded: RecordedCase, outcome: CaseOutcome): readonly string[] {
  const differences: string[] = [];
  const differ = (what: string, expected: unknown, actual: unknown): void =>
    void differences.push(`${what}: expected ${shown(expected)}, got ${shown(actual)}`);
  for (const [name, actual] of outcome.pods) {
    comparePod((recorded.expect[name] ?? {}) as PodExpectation, actual, (what, expected, got) =>
      differ(`${name}.${what}`, expected, got),
    );
  }
  const { victims, preempted, victimCondition } = recorded.expect;
  if (victims !== undefined && !equalJson(victims, outcome.victims))
    differ('victims', victims, outcome.victims);
  if (preempted !== undefined && !equalJson(preempted, outcome.preempted))
    differ('preempted', preempted, outcome.preempted);
  if (victimCondition !== undefined) {
    const { type, status, reason, message } = (outcome.victimCondition ?? {}) as Record<string, unknown>;
    if (!equalJson(victimCondition, { type, status, reason, message }))
      differ('victimCondition', victimCondition, outcome.victimCondition);
  }
  return differences;
}
