// Scores of a run, as a table for people and as JSON for machines.
import type { CheckResult } from './formats/format.ts';

export interface FileReport {
  readonly folder: string;
  readonly file: string;
  readonly results: readonly CheckResult[];
}

export interface Score {
  readonly same: number;
  readonly different: number;
  readonly unserved: number;
  /** Of what is served, rounded down to a tenth; 100 when nothing is. */
  readonly percent: number;
}

export function scoreOf(results: readonly CheckResult[]): Score {
  const count = (outcome: CheckResult['outcome']): number => results.filter((one) => one.outcome === outcome).length;
  const [same, different, unserved] = [count('same'), count('different'), count('unserved')];
  const served = same + different;
  return { same, different, unserved, percent: served === 0 ? 100 : Math.floor((same / served) * 1000) / 10 };
}

/** Reports by folder, in order of name. */
export function byFolder(reports: readonly FileReport[]): ReadonlyMap<string, readonly FileReport[]> {
  const folders = new Map<string, FileReport[]>();
  for (const report of reports) folders.set(report.folder, [...(folders.get(report.folder) ?? []), report]);
  return new Map([...folders].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const line = (name: string, { same, different, unserved, percent }: Score, indent: string): string => {
  const score = same + different === 0 ? '   not served' : `${percent.toFixed(1).padStart(5)} %  ${same} of ${same + different}`;
  return `${indent}${name.padEnd(44 - indent.length)} ${score}${unserved > 0 ? `, ${unserved} not served` : ''}`;
};

/** The table of scores: folders with their files, and with `isVerbose` every difference. */
export function printReport(reports: readonly FileReport[], isVerbose: boolean, print: (text: string) => void): void {
  for (const [folder, files] of byFolder(reports)) {
    print(line(folder, scoreOf(files.flatMap((one) => one.results)), ''));
    for (const { file, results } of files) {
      const score = scoreOf(results);
      if (score.same + score.different > 0 || isVerbose) print(line(file, score, '  '));
      if (!isVerbose) continue;
      for (const { name, outcome, details } of results) {
        if (outcome !== 'different') continue;
        print(`    ✗ ${name}`);
        for (const detail of details) print(`        ${detail}`);
      }
    }
    const missing = new Map<string, number>();
    for (const { results } of files) {
      for (const { outcome, details } of results) {
        if (outcome === 'unserved') missing.set(details[0] ?? '?', (missing.get(details[0] ?? '?') ?? 0) + 1);
      }
    }
    if (missing.size > 0) print(`  not served: ${[...missing].map(([what, count]) => `${what} (${count})`).join(', ')}`);
  }
}
