// The tools that images carry beside their own software: busybox's, or a Debian's.
import type { Program } from '../program.ts';
import { shellProgram } from './shell-program.ts';

const modules = import.meta.glob<{ readonly commands: Readonly<Record<string, Program>> }>('./commands/*.commands.ts', {
  eager: true,
});

const tools = new Map<string, Program>();
for (const path of Object.keys(modules).sort()) {
  for (const [name, program] of Object.entries(modules[path]?.commands ?? {})) {
    if (tools.has(name)) throw new Error(`${path}: the command ${name} is taken`);
    tools.set(name, program);
  }
}

/** Tools that a Debian base image does not hold. */
const onlyBusybox = new Set(['ash', 'nc', 'nslookup', 'ping', 'wget', 'ps', 'free', 'uptime', 'killall', 'vi']);
const onlyDebian = new Set(['bash', 'curl', 'jq']);
/** Tools that no base image holds: images that have them say so. */
const inNeither = new Set(['stress', 'stress-ng']);

/** A tool by name; undefined when that userland has none. `curl` and `bash` come with Debian's, for images are usually built with them. */
export function userlandProgram(name: string, userland: 'busybox' | 'debian'): Program | undefined {
  if (inNeither.has(name)) return undefined;
  if (userland === 'busybox' ? onlyDebian.has(name) : onlyBusybox.has(name)) return undefined;
  if (name === 'sh' || name === 'ash' || name === 'bash' || name === 'dash')
    return name === 'dash' && userland === 'busybox' ? undefined : shellProgram;
  return tools.get(name);
}

/** Any tool there is, for images that bring more than their userland. */
export function anyTool(name: string): Program {
  const program = name === 'sh' || name === 'bash' || name === 'ash' ? shellProgram : tools.get(name);
  if (!program) throw new Error(`there is no tool ${name}`);
  return program;
}
