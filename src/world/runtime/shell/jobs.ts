// Commands that run beside each other: background jobs and pipes.
import type { TaskHandle } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import { Pipe, TextReader } from '../streams.ts';
import { Shell } from './shell.ts';
import type { AndOr, Command } from './syntax.ts';

/** Starts `item &`: it runs beside the shell and can be signalled by its number. */
export function startJob(shell: Shell, item: AndOr): void {
  const { container } = shell.state;
  const pid = container.nextPid();
  const sub = new Shell(shell.state.fork(pid), { ...shell.io, input: new TextReader() });
  const handle = container.process.spawn(sub.guarded([{ ...item, isBackground: false }]));
  const job = { pid, handle, code: undefined as number | undefined };
  shell.state.lastJob = pid;
  shell.state.lastStatus = 0;
  if (handle.isDone) return void shell.state.jobs.push(job);
  shell.state.jobs.push(job);
  container.jobs.set(pid, {
    command: describe(item),
    signal: (signal) => {
      if (sub.receive(signal) || signal === 0 || signal === 17 || signal === 18 || signal === 28) return;
      job.code = 128 + signal;
      container.jobs.delete(pid);
      handle.stop();
    },
  });
}

/** Runs commands at the same time, each reading what the one before it writes. */
export function* runPipes(shell: Shell, commands: readonly Command[]): Task<number> {
  const { process } = shell.state.container;
  const handles: TaskHandle<number>[] = [];
  let input = shell.io.input;
  const pipes: Pipe[] = [];
  for (const [at, command] of commands.entries()) {
    const isLast = at === commands.length - 1;
    const output = isLast ? undefined : new Pipe();
    if (output) pipes.push(output);
    const sub = new Shell(shell.state.fork(shell.state.pid), {
      input,
      output: output ?? shell.io.output,
      errors: shell.io.errors,
    });
    handles.push(process.spawn(stage(sub, command, pipes[at - 1], output)));
    if (output) input = output;
  }
  try {
    let status = 0;
    for (const [at, handle] of handles.entries()) {
      const code = (yield* handle.join()) ?? 137;
      if (at === handles.length - 1 ? code !== 0 || !shell.state.failsPipes : code !== 0 && shell.state.failsPipes) status = code;
    }
    return status;
  } finally {
    for (const handle of handles) handle.stop();
  }
}

function* stage(sub: Shell, command: Command, before: Pipe | undefined, after: Pipe | undefined): Task<number> {
  try {
    return yield* sub.guarded([{ first: { isNegated: false, commands: [command] }, rest: [], isBackground: false }]);
  } finally {
    before?.breakOff();
    after?.end();
  }
}

function describe(item: AndOr): string {
  const [first] = item.first.commands;
  if (first?.kind !== 'simple') return 'sh';
  return first.words.map((word) => word.map((part) => (part.kind === 'text' ? part.text : '$')).join('')).join(' ');
}
