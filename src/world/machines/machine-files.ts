// A machine's disk: directories by path. Trees that agents mounted over it (projected volumes, tmpfs) are lost with the power.
import type { FileTree, MachineFiles } from '@/kubernetes/cri-api/files.ts';
import { MemoryTree, pathParts } from '../volumes/memory-tree.ts';

export class MachineDisk implements MachineFiles {
  private readonly tree = MemoryTree.empty();
  private mounts: Map<string, FileTree> | undefined;

  directory(path: string): FileTree {
    const mounted = this.mounts?.get(normal(path));
    return mounted ?? this.tree.directory(path);
  }

  mount(path: string, tree: FileTree): void {
    this.tree.makeDirectory(path);
    (this.mounts ??= new Map()).set(normal(path), tree);
  }

  exists(path: string): boolean {
    return (this.mounts?.has(normal(path)) ?? false) || this.tree.stat(path) !== undefined;
  }

  removeDirectory(path: string): void {
    const at = normal(path);
    if (this.mounts)
      for (const mounted of this.mounts.keys()) if (mounted === at || mounted.startsWith(`${at}/`)) this.mounts.delete(mounted);
    if (at !== '/') this.tree.remove(path);
  }

  /** Every file on the disk itself, with its permission bits; what is mounted over it is not on it, memory is none. */
  *allFiles(path = ''): Generator<{ readonly path: string; readonly content: string; readonly mode: number }> {
    for (const name of this.tree.list(path || '/') ?? []) {
      const below = `${path}/${name}`;
      if (below === '/dev/shm') continue;
      const stat = this.tree.stat(below);
      if (stat?.isDirectory) yield* this.allFiles(below);
      else if (stat) yield { path: below, content: this.tree.read(below) ?? '', mode: stat.mode };
    }
  }

  /** The power went: what was mounted is gone, the disk is as it was. */
  loseMemory(): void {
    this.mounts = undefined;
  }
}

function normal(path: string): string {
  return `/${pathParts(path).join('/')}`;
}
