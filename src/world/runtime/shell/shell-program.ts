// `sh`, `bash` and `ash` as programs: a script from the command line, from a file, or from the input.
import type { Task } from '@/simulation/process/task.ts';
import { resolvePath } from '../../volumes/memory-tree.ts';
import type { ProgramStart } from '../program.ts';
import { shellSession } from './session.ts';
import { Shell } from './shell.ts';
import { ShellState } from './state.ts';

/** Runs what the command line asks for; without a script and without input it ends at once, as a shell without a terminal does. */
export function* shellProgram(start: ProgramStart): Task<number> {
  const { argv, env, container, pid } = start;
  const name = (argv[0] ?? 'sh').replace(/^.*\//, '');
  const state = new ShellState(container, name, pid, start.directory);
  for (const [key, value] of Object.entries(env)) {
    state.set(key, value);
    state.exported.add(key);
  }
  state.set('PWD', state.directory);
  const shell = new Shell(state, { input: start.input, output: start.output, errors: start.errors });
  let text: string | undefined;
  let at = 1;
  for (; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') continue;
    if (!/^[-+]./.test(word)) break;
    if (word === '-o') {
      if (argv[++at] === 'pipefail') state.failsPipes = true;
      continue;
    }
    if (/^-\w*e/.test(word)) state.stopsOnError = true;
    if (/^-\w*x/.test(word)) state.traces = true;
    if (/^-\w*u/.test(word)) state.refusesUnset = true;
    if (/^-\w*c/.test(word)) {
      text = argv[at + 1];
      at += 2;
      if (text === undefined) {
        shell.say('-c requires an argument');
        return 2;
      }
      break;
    }
  }
  if (text !== undefined) {
    state.zero = argv[at];
    state.positional = argv.slice(at + 1);
  } else if (argv[at] !== undefined) {
    const path = resolvePath(start.directory, argv[at] ?? '');
    text = container.files.read(path);
    if (text === undefined) {
      shell.say(`can't open '${argv[at] ?? ''}': No such file or directory`);
      return 2;
    }
    state.zero = argv[at];
    state.positional = argv.slice(at + 1);
  } else return yield* shellSession(shell, start.input);
  return yield* shell.main(text);
}
