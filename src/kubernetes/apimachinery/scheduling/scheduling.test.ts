// Taints and node affinity against upstream's.
import { expect, it } from 'vitest';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { matchesRequiredNodeAffinity, preferredNodeScore, type NodeAffinitySpec, type NodeLike } from './node-affinity.ts';
import { findUntoleratedTaint, toleratesTaint, type Taint, type Toleration } from './taints.ts';

type NodeAffinity = NonNullable<NonNullable<NodeAffinitySpec['affinity']>['nodeAffinity']>;

describeGolden('scheduling', () => {
  it('tolerates taints', () => {
    const wrong = mismatches(
      goldenCases<{ toleration: Toleration; taint: Taint }>('scheduling/toleration-taint.json'),
      ({ toleration, taint }) => ({
        toleration,
        taint,
        tolerates: toleratesTaint(toleration, taint),
        toleratesWithComparisonOperators: toleratesTaint(toleration, taint, { comparisonOperators: true }),
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('finds the first taint that nothing tolerates', () => {
    const cases = goldenCases<{ taints: Taint[] | null; tolerations: Toleration[] | null }>(
      'scheduling/find-untolerated-taint.json',
    );
    const wrong = mismatches(cases, ({ taints, tolerations }) => ({
      taints,
      tolerations,
      firstUntolerated: findUntoleratedTaint(taints ?? undefined, tolerations ?? undefined) ?? null,
    }));
    expect(wrong).toEqual([]);
  });

  it('matches and scores nodes', () => {
    const nodes = goldenCases<NodeLike>('scheduling/nodes.json');
    const cases = goldenCases<{ nodeSelector?: Record<string, string>; nodeAffinity?: NodeAffinity }>(
      'scheduling/node-affinity.json',
    );
    const wrong = mismatches(cases, ({ nodeSelector, nodeAffinity }) => {
      const spec: NodeAffinitySpec = { nodeSelector, ...(nodeAffinity ? { affinity: { nodeAffinity } } : {}) };
      const errors = nodes.map((node) => errorText(() => matchesRequiredNodeAffinity(spec, node)));
      const preferred = nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
      const preferredError = errorText(() => nodes.map((node) => preferredNodeScore(preferred ?? [], node)));
      return {
        ...(nodeSelector ? { nodeSelector } : {}),
        ...(nodeAffinity ? { nodeAffinity } : {}),
        requiredMatches: nodes.map((node, at) => errors[at] === undefined && matchesRequiredNodeAffinity(spec, node)),
        ...(errors.some((error) => error !== undefined) ? { requiredErrors: errors.map((error) => error ?? '') } : {}),
        ...(preferredError === undefined
          ? preferred
            ? { preferredScores: nodes.map((node) => preferredNodeScore(preferred, node)) }
            : {}
          : { preferredError }),
      };
    });
    expect(wrong).toEqual([]);
  });
});
