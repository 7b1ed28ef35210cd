// Golden answers for the tests of this room, read from the folder beside the repository. Tests only.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';
import { equalJson } from '@/base/json.ts';

const root = resolve(process.cwd(), '..', 'shared', 'golden');

/** The cases of one file, e.g. `quantity/parse.json`. */
export function goldenCases<T>(file: string): readonly T[] {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as T[];
}

/** The cases of all files of a folder that hold one case a line; placeholders are replaced by `values`. */
export function goldenLines<T>(folder: string, values: Readonly<Record<string, string>> = {}): readonly T[] {
  const files = readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.jsonl'))
    .sort();
  const lines = files.flatMap((file) => readFileSync(join(root, folder, file), 'utf8').split('\n'));
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(filled(line, values)) as T);
}

function filled(line: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), line);
}

/**
 * Declares tests against golden cases. Where the folder is missing there is one skipped test instead, and a failing one in
 * continuous integration, where it must be there.
 */
export function describeGolden(folder: string, declare: () => void): void {
  describe(`golden ${folder}`, () => {
    if (existsSync(join(root, folder))) declare();
    else if (process.env.CI === 'true') {
      it('golden cases are there', () => {
        throw new Error(`no folder ${folder} in ${root}`);
      });
    } else it.skip('golden cases not found', () => {});
  });
}

/** What `compute` throws, as text; or undefined. */
export function errorText(compute: () => unknown): string | undefined {
  try {
    compute();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The cases whose recorded members differ from those that `answer` gives, with both; members named in `ignored` are not compared. */
export function mismatches<T extends object>(
  cases: readonly T[],
  answer: (each: T) => object,
  ignored: readonly string[] = [],
): readonly object[] {
  const found: object[] = [];
  for (const each of cases) {
    const got = answer(each) as Record<string, unknown>;
    const want = { ...each } as Record<string, unknown>;
    for (const key of ignored) delete want[key];
    const wrong = [...new Set([...Object.keys(want), ...Object.keys(got)])].filter((key) => !equalJson(want[key], got[key]));
    if (wrong.length > 0) found.push({ case: each, wrong: wrong.map((key) => ({ key, got: got[key], want: want[key] })) });
  }
  return found;
}
