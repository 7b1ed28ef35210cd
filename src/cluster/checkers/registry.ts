// All checkers, and the way to watch a cluster with them.
import { collect } from '@/base/registry.ts';
import { rfc3339Micro } from '@/simulation/clock/duration.ts';
import type { Cluster } from '../cluster.ts';
import type { CheckerDescriptor } from './checker.ts';

export const checkers = collect<CheckerDescriptor>(import.meta.glob('./*/*.checker.ts', { eager: true }), 'checker');

/** More of one kind says nothing new. */
const maxFindings = 20;

/** Watches from now on. `findings` gathers sentences; empty means that all promises held. */
export function watchWithCheckers(cluster: Cluster, chosen: readonly CheckerDescriptor[] = checkers): { readonly findings: readonly string[]; settled(): void; stop(): void } {
  const findings: string[] = [];
  const checks = chosen.map((checker) =>
    checker.start(cluster, (sentence) => {
      if (findings.length < maxFindings) findings.push(`${rfc3339Micro(cluster.clock.now)} ${checker.name}: ${sentence}`);
    }),
  );
  const stop = cluster.onWrite((write) => {
    for (const check of checks) check.wrote?.({ ...write, time: cluster.clock.now });
  });
  return {
    findings,
    settled: () => {
      for (const check of checks) check.settled?.();
    },
    stop,
  };
}
