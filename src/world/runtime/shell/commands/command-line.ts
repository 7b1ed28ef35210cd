// Options and inputs as most tools take them.
import type { Task } from '@/simulation/process/task.ts';
import { resolvePath } from '../../../volumes/memory-tree.ts';
import type { ProgramStart } from '../../program.ts';

export interface CommandLine {
  /** Single letters and long names that were given; those with a value hold it. */
  readonly options: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
}

/** Reads options: letters of `valued` take the next word (or the rest of theirs). */
export function readOptions(argv: readonly string[], valued = ''): CommandLine {
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      operands.push(...argv.slice(at + 1));
      break;
    }
    if (word.startsWith('--')) {
      const equals = word.indexOf('=');
      options.set(equals < 0 ? word.slice(2) : word.slice(2, equals), equals < 0 ? '' : word.slice(equals + 1));
    } else if (word.startsWith('-') && word.length > 1) {
      for (let letter = 1; letter < word.length; letter++) {
        const c = word.charAt(letter);
        if (!valued.includes(c)) options.set(c, '');
        else {
          options.set(c, letter + 1 < word.length ? word.slice(letter + 1) : (argv[++at] ?? ''));
          break;
        }
      }
    } else operands.push(word);
  }
  return { options, operands };
}

/** A path as the program sees it. */
export function pathOf(start: ProgramStart, path: string): string {
  return resolvePath(start.directory, path);
}

/** Says `name: message` on the error stream and answers the exit code. */
export function fail(start: ProgramStart, message: string, code = 1): number {
  start.errors.write(`${(start.argv[0] ?? '').replace(/^.*\//, '')}: ${message}\n`);
  return code;
}

/** The text of the named files one after another, or of the input; complaints are said, and counted in the code. */
export function* readInputs(
  start: ProgramStart,
  paths: readonly string[],
): Task<{ readonly text: string; readonly code: number }> {
  if (paths.length === 0) return { text: yield* start.input.readAll(), code: 0 };
  let text = '';
  let code = 0;
  for (const path of paths) {
    const content = path === '-' ? yield* start.input.readAll() : start.container.files.read(pathOf(start, path));
    if (content === undefined) code = complain(start, path);
    else text += content;
  }
  return { text, code };
}

/** Why a file could not be read. */
export function complain(start: ProgramStart, path: string): number {
  const isDirectory = start.container.files.stat(pathOf(start, path))?.isDirectory === true;
  return fail(start, isDirectory ? 'read error: Is a directory' : `can't open '${path}': No such file or directory`);
}

/** The lines of a text; a last line break ends the last line. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Lines as a text again. */
export function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
