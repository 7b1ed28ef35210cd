// Checkers: promises that must hold through every fault. Safety ones look at every write; liveness ones at a cluster that was left to settle.
import type { Described } from '@/base/registry.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Cluster } from '../cluster.ts';

/** A committed write as checkers see it. */
export interface CheckedWrite {
  readonly group: string;
  readonly resource: string;
  readonly type: 'put' | 'delete';
  readonly object: KubeObject;
  readonly time: Instant;
}

/** What a broken promise looks like: one sentence. */
export type Report = (sentence: string) => void;

/** One run of a checker over one cluster. */
export interface Check {
  /** On every write. */
  wrote?(write: CheckedWrite): void;
  /** When nothing is broken any more and the cluster had time to settle. */
  settled?(): void;
}

export interface CheckerDescriptor extends Described {
  readonly explain: string;
  start(cluster: Cluster, report: Report): Check;
}
