// tar, as `kubectl cp` uses it; and the two tools that ask about a terminal.
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';
import type { Task } from '@/simulation/process/task.ts';
import { resolvePath } from '../../../volumes/memory-tree.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { TerminalInput } from '../../terminal.ts';
import { ArchiveError, archiveEnd, entryBytes, readArchive, type ArchiveEntry } from '../tar-archive.ts';
import { fail } from './command-line.ts';

interface Wanted {
  readonly mode: string;
  readonly flags: ReadonlySet<string>;
  readonly file: string;
  readonly directory: string;
  readonly operands: readonly string[];
}

const longNames: Readonly<Record<string, string>> = { create: 'c', extract: 'x', get: 'x', list: 't', verbose: 'v', file: 'f', directory: 'C', 'to-stdout': 'O' };

/** `tar cf - dir`, `tar -xmf - -C /tmp`, `tar --create --file=-`: letters of the first word need no dash. */
function wantedOf(start: ProgramStart): Wanted | string {
  const flags = new Set<string>();
  const operands: string[] = [];
  let file = '-';
  let { directory } = start;
  const words = start.argv.slice(1);
  const take = (letter: string, value: string | undefined): void => {
    if (letter === 'f') file = value ?? '-';
    else if (letter === 'C') directory = resolvePath(directory, value ?? '.');
    else flags.add(letter);
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const long = /^--([a-z-]+)(?:=(.*))?$/.exec(word);
    if (long) {
      const letter = longNames[long[1] ?? ''];
      if (letter) take(letter, long[2] ?? ('fC'.includes(letter) ? words[++at] : undefined));
    } else if ((word.startsWith('-') && word.length > 1) || at === 0) {
      for (const letter of word.replace(/^-/, '')) take(letter, 'fCTX'.includes(letter) ? words[++at] : undefined);
    } else operands.push(word);
  }
  const mode = ['c', 'x', 't'].find((one) => flags.has(one));
  if (mode === undefined) return 'must specify one of -c, -x, -t';
  return { mode, flags, file, directory, operands };
}

function* tar(start: ProgramStart): Task<number> {
  const wanted = wantedOf(start);
  if (typeof wanted === 'string') return fail(start, wanted);
  try {
    return wanted.mode === 'c' ? yield* create(start, wanted) : yield* read(start, wanted);
  } catch (error) {
    if (error instanceof ArchiveError) return fail(start, error.message);
    throw error;
  }
}

function* create(start: ProgramStart, { file, directory, operands, flags }: Wanted): Task<number> {
  const { files } = start.container;
  if (operands.length === 0) return fail(start, 'empty archive');
  const seconds = Math.floor(start.container.now / 1e6);
  const written: string[] = [];
  let code = 0;
  const write = (bytes: Uint8Array): void => {
    const text = textOfBytes(bytes);
    if (file === '-') start.output.write(text);
    else written.push(text);
  };
  const visit = (name: string, path: string): void => {
    const stat = files.stat(path);
    if (!stat) return;
    if (flags.has('v')) start.errors.write(`${name}${stat.isDirectory ? '/' : ''}\n`);
    const entry = { name: name === '' ? './' : name, isDirectory: stat.isDirectory, mode: stat.mode, content: files.read(path) ?? '' };
    write(entryBytes(entry, seconds));
    if (stat.isDirectory) for (const child of files.list(path) ?? []) visit(name === '' ? child : `${name.replace(/\/$/, '')}/${child}`, resolvePath(path, child));
  };
  for (const operand of operands) {
    const path = resolvePath(directory, operand);
    if (operand.startsWith('/')) start.errors.write(`tar: removing leading '/' from member names\n`);
    if (files.stat(path)) visit(operand.replace(/^\/+/, '').replace(/\/+$/, ''), path);
    else code = fail(start, `${operand}: No such file or directory`);
    yield* start.output.drain();
  }
  write(archiveEnd());
  if (file !== '-') files.write(resolvePath(start.directory, file), written.join(''));
  return code;
}

function* read(start: ProgramStart, { mode, file, directory, operands, flags }: Wanted): Task<number> {
  const { files } = start.container;
  const text = file === '-' ? yield* start.input.readAll() : files.read(resolvePath(start.directory, file));
  if (text === undefined) return fail(start, `can't open '${file}': No such file or directory`);
  if (mode === 'x' && !files.stat(directory)?.isDirectory) return fail(start, `can't change directory to '${directory}': No such file or directory`);
  const isWanted = ({ name }: ArchiveEntry): boolean =>
    operands.length === 0 || operands.some((one) => name.replace(/\/$/, '') === one.replace(/\/$/, '') || name.startsWith(`${one.replace(/\/$/, '')}/`));
  for (const entry of readArchive(bytesOfText(text))) {
    if (!isWanted(entry)) continue;
    if (mode === 't' || flags.has('v')) start.output.write(`${entry.name}\n`);
    if (mode === 't') continue;
    if (flags.has('O')) {
      start.output.write(entry.content);
      continue;
    }
    const path = resolvePath(directory, entry.name.replace(/^\/+/, ''));
    if (!entry.isDirectory) files.write(path, entry.content, entry.mode & 0o777);
    else if (!files.stat(path)) files.makeDirectory(path);
  }
  return 0;
}

function* tty({ input, output }: ProgramStart): Task<number> {
  const isTerminal = input instanceof TerminalInput;
  output.write(isTerminal ? '/dev/pts/0\n' : 'not a tty\n');
  return isTerminal ? 0 : 1;
}

function* stty(start: ProgramStart): Task<number> {
  const { input, output } = start;
  if (!(input instanceof TerminalInput)) return fail(start, 'standard input: Inappropriate ioctl for device');
  const { rows, columns } = input.terminal;
  output.write(start.argv[1] === 'size' ? `${rows} ${columns}\n` : `speed 38400 baud; rows ${rows}; columns ${columns};\n`);
  return 0;
}

export const commands: Readonly<Record<string, Program>> = { tar, tty, stty };
