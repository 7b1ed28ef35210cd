// Which taints a pod puts up with. Upstream: component-helpers/scheduling/corev1, api/core/v1/toleration.go.

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: TaintEffect;
  readonly timeAdded?: string;
}

export interface Toleration {
  /** Absent: any key (with Exists). */
  readonly key?: string;
  /** Absent: Equal. */
  readonly operator?: 'Equal' | 'Exists' | 'Gt' | 'Lt';
  readonly value?: string;
  /** Absent: any effect. */
  readonly effect?: TaintEffect;
  /** For NoExecute: how long; absent for ever. */
  readonly tolerationSeconds?: number;
}

export interface TolerationOptions {
  /** Upstream's gate TaintTolerationComparisonOperators, off by default: Gt and Lt compare numbers. */
  readonly comparisonOperators?: boolean;
}

export function toleratesTaint(
  toleration: Toleration,
  taint: Taint,
  { comparisonOperators = false }: TolerationOptions = {},
): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator ?? '') {
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '');
    case 'Exists':
      return true;
    case 'Gt':
    case 'Lt': {
      const [bound, value] = [toleration.value ?? '', taint.value ?? ''];
      if (!comparisonOperators || !isInt64(bound) || !isInt64(value)) return false;
      return toleration.operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
    }
    default:
      return false;
  }
}

/** Plain decimal without leading zeros, as upstream demands of compared values. */
function isInt64(text: string): boolean {
  if (!/^(0|-?[1-9]\d*)$/.test(text)) return false;
  const value = BigInt(text);
  return value >= -(2n ** 63n) && value < 2n ** 63n;
}

export function toleratesAny(tolerations: readonly Toleration[] | undefined, taint: Taint): boolean {
  return tolerations?.some((toleration) => toleratesTaint(toleration, taint)) ?? false;
}

const hardEffects: readonly TaintEffect[] = ['NoSchedule', 'NoExecute'];

/** The first taint with one of `effects` that nothing tolerates, if there is one. */
export function findUntoleratedTaint(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly TaintEffect[] = hardEffects,
): Taint | undefined {
  return taints?.find((taint) => effects.includes(taint.effect) && !toleratesAny(tolerations, taint));
}
