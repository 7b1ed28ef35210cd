// A format of recorded answers: which files it can read, and how it plays them. One folder each; adding one touches no list.
import { collect, type Described } from '@/base/registry.ts';

/** What came of one recorded expectation: a request, a step, an observation. */
export interface CheckResult {
  /** Readable, unique within its file: the case's name, or the scenario's with the number of the step. */
  readonly name: string;
  /** `unserved`: needs what this cluster does not have yet; named and counted apart. */
  readonly outcome: 'same' | 'different' | 'unserved';
  /** For `different`: one line per difference. For `unserved`: what is missing. */
  readonly details: readonly string[];
}

export interface GoldenFile {
  /** Relative to the golden folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Format extends Described {
  /** Whether this file is of the format, by its name and its first characters. */
  accepts(file: GoldenFile): boolean;
  /** Plays all of a file; `only` keeps the cases whose name contains it. */
  replay(file: GoldenFile, only: string | undefined): readonly CheckResult[];
}

/** All formats, in order of path. */
export const formats: readonly Format[] = collect<Format>(import.meta.glob('./*/*.format.ts', { eager: true }), 'format');
