// Where a command's descriptors lead after its redirections.
import type { Task } from '@/simulation/process/task.ts';
import { resolvePath } from '../../volumes/memory-tree.ts';
import type { Reader, Writer } from '../program.ts';
import { FileWriter, TextReader } from '../streams.ts';
import type { Expander } from './expansion.ts';
import { ShellFailure, type ShellState } from './state.ts';
import type { Redirect } from './syntax.ts';

export interface Streams {
  readonly input: Reader;
  readonly output: Writer;
  readonly errors: Writer;
}

/** Directories that every container has, whether or not its image's description names them. */
const usualDirectories = /^\/(?:tmp|var|dev|run|opt|etc|root|home|usr|mnt|srv|data)$/;

/** Applies redirections from left to right. Throws {@link ShellFailure} when a file cannot be opened. */
export function* redirected(
  state: ShellState,
  expander: Expander,
  streams: Streams,
  redirects: readonly Redirect[],
): Task<Streams> {
  let { input, output, errors } = streams;
  const { files } = state.container;
  for (const { descriptor, kind, target } of redirects) {
    const text = yield* expander.text(target);
    const path = resolvePath(state.directory, text);
    if (kind === '<<') input = new TextReader(text);
    else if (kind === '<<<') input = new TextReader(`${text}\n`);
    else if (kind === '<') {
      const content = files.read(path);
      if (content === undefined) throw new ShellFailure(`can't open ${text}: no such file`);
      input = new TextReader(content);
    } else if (kind === '>&') {
      if (text === '1') errors = descriptor === 2 ? output : errors;
      else if (text === '2') output = descriptor === 1 ? errors : output;
      else if (text !== '-') throw new ShellFailure(`${text}: bad file descriptor`);
    } else if (kind !== '<&') {
      const writer = openFile(state, { output, errors }, path, text, kind === '>>');
      if (descriptor === 1 || kind === '&>') output = writer;
      if (descriptor === 2 || kind === '&>') errors = writer;
    }
  }
  return { input, output, errors };
}

function openFile(
  state: ShellState,
  streams: Pick<Streams, 'output' | 'errors'>,
  path: string,
  name: string,
  isAppend: boolean,
): Writer {
  const { container } = state;
  const { files } = container;
  if (path === '/dev/stdout') return streams.output;
  if (path === '/dev/stderr') return streams.errors;
  // A container's main process has its log behind these, whoever writes to them.
  if (/^\/proc\/(?:1|self)\/fd\/1$/.test(path)) return container.stdout;
  if (/^\/proc\/(?:1|self)\/fd\/2$/.test(path)) return container.stderr;
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  if (path !== '/dev/null' && files.stat(parent)?.isDirectory !== true && !usualDirectories.test(parent)) {
    throw new ShellFailure(`can't create ${name}: nonexistent directory`);
  }
  if (files.stat(path)?.isDirectory) throw new ShellFailure(`can't create ${name}: Is a directory`);
  if (!isAppend || files.stat(path) === undefined) files.write(path, isAppend ? (files.read(path) ?? '') : '');
  return new FileWriter(files, path);
}
