// Which program a command's first word means in an image: its own software, its tools, or those of its userland.
import type { FileTree } from '@/kubernetes/cri-api/files.ts';
import type { ImageBehaviour } from '../registry/image-behaviour.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ContainerContext } from './container-context.ts';
import type { Program } from './program.ts';
import { shellProgram } from './shell/shell-program.ts';
import { userlandProgram } from './shell/userland.ts';

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether the word starts the image's own software. */
export function isMainProgram(behaviour: ImageBehaviour, word: string): boolean {
  return behaviour.mainPrograms.includes(baseName(word));
}

/** A tool, or a script among the container's files; undefined when there is none of that name. */
export function findProgram(behaviour: ImageBehaviour, word: string, files: FileTree): Program | undefined {
  const name = baseName(word);
  const own = behaviour.programs?.[name];
  if (own) return own;
  if (isMainProgram(behaviour, word))
    return ({ container, argv, env }) => behaviour.start(container, { argv, env }) ?? servingUntilSignalled(container);
  if (behaviour.userland === 'none') return undefined;
  const tool = userlandProgram(name, behaviour.userland);
  if (tool) return tool;
  if (!word.includes('/')) return undefined;
  const script = files.read(word);
  return script === undefined ? undefined : (start) => shellProgram({ ...start, argv: ['sh', word, ...start.argv.slice(1)] });
}

/** Software that only serves, run by a script: it ends with the next signal. */
function* servingUntilSignalled(container: ContainerContext): Task<number> {
  while ((yield* container.untilSignal()) === 1);
  return 0;
}
