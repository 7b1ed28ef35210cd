// A shell that reads its commands line by line: at a terminal with a prompt, or from whatever is piped in.
import type { Task } from '@/simulation/process/task.ts';
import type { Reader } from '../program.ts';
import { TerminalInput, type Terminal } from '../terminal.ts';
import { parseScript } from './parser.ts';
import type { Shell } from './shell.ts';
import { ShellSyntaxError } from './syntax.ts';

const interrupted = 130;

/** Runs commands until the input ends or a command ends the shell; answers the exit code. */
export function* shellSession(shell: Shell, input: Reader): Task<number> {
  const terminal = input instanceof TerminalInput ? input.terminal : undefined;
  const before = terminal?.onInterrupt;
  let pending = '';
  const prompt = (): void => {
    if (terminal) shell.io.errors.write(pending === '' ? promptOf(shell) : '> ');
  };
  const atPrompt = (): void => {
    pending = '';
    shell.state.lastStatus = interrupted;
    prompt();
  };
  try {
    for (;;) {
      prompt();
      if (terminal) terminal.onInterrupt = atPrompt;
      const line = yield* input.readLine();
      if (line === undefined && pending === '') break;
      pending += line === undefined ? '' : `${line}\n`;
      if (line !== undefined && isIncomplete(pending)) continue;
      const text = pending;
      pending = '';
      const code = terminal ? yield* inForeground(shell, terminal, text) : yield* shell.line(text);
      if (code !== undefined) return yield* shell.farewell(code);
      if (line === undefined) break;
    }
    if (terminal && shell.state.name === 'bash') shell.io.errors.write('exit\n');
    return yield* shell.farewell(shell.state.lastStatus);
  } finally {
    if (terminal) terminal.onInterrupt = before;
  }
}

/** ^C stops what runs, not the shell. */
function* inForeground(shell: Shell, terminal: Terminal, text: string): Task<number | undefined> {
  let isInterrupted = false;
  const handle = shell.state.container.process.spawn(shell.line(text));
  terminal.onInterrupt = () => {
    isInterrupted = true;
    handle.stop();
  };
  try {
    const code = yield* handle.join();
    if (isInterrupted) shell.state.lastStatus = interrupted;
    return isInterrupted ? undefined : code;
  } finally {
    handle.stop();
  }
}

function promptOf({ state }: Shell): string {
  const home = state.get('HOME') ?? '/root';
  const { directory } = state;
  const place = directory === home ? '~' : directory.startsWith(`${home}/`) && home !== '/' ? `~${directory.slice(home.length)}` : directory;
  if (state.name === 'bash') return `root@${state.container.pod.hostname}:${place}# `;
  return state.container.program('ash') ? `${place} # ` : '# ';
}

/** Whether more lines must come before the text can be run. */
function isIncomplete(text: string): boolean {
  if (/(?:^|[^\\])\\\n$/.test(text)) return true;
  for (const [, , word = ''] of text.matchAll(/(?<!<)<<(-?)\s*["'\\]?([A-Za-z_]\w*)/g)) if (!new RegExp(`\\n\\t*${word}\\n`).test(text)) return true;
  try {
    parseScript(text);
    return false;
  } catch (error) {
    return error instanceof ShellSyntaxError && /end of file|unterminated|EOF in/.test(error.message);
  }
}
