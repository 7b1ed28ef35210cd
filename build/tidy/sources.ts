// Reads the code as text for the tests of the code itself.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

const root = process.cwd();

/** All TypeScript of the given folders, in order of path. */
export function sourcesIn(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8');
      return { path: relative(root, path).replaceAll('\\', '/'), text, lines: text.split('\n') };
    });
}

/** What a source imports, as paths from the root (`src/base/heap.ts`) or as package names; with whether only types cross. */
export function importsOf(source: Source): readonly { readonly target: string; readonly isType: boolean }[] {
  const found: { target: string; isType: boolean }[] = [];
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  for (const match of source.text.matchAll(pattern)) {
    const target = match[2] ?? match[3] ?? '';
    if (target.startsWith('@/')) found.push({ target: `src/${target.slice(2)}`, isType: match[1] !== undefined });
    else if (target.startsWith('.')) found.push({ target: normalize(join(dirname(source.path), target)).replaceAll('\\', '/'), isType: match[1] !== undefined });
    else found.push({ target, isType: match[1] !== undefined });
  }
  return found;
}

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || path.includes('/testing/') || path.includes('/workshop/');
