// Directories and files in memory: disks of machines, volumes, and what containers write. Shared by reference by all who mount them.
import type { FileStat, FileTree } from '@/kubernetes/cri-api/files.ts';

/** The largest file a disk keeps; writing past it fails as a full disk does. */
export const largestFileBytes = 8 * 1024 * 1024;

/** What a file system call answers when it cannot do what it was asked, in the C library's words. */
export class FileSystemError extends Error {
  override readonly name = 'FileSystemError';
}

class File {
  constructor(
    public content: string,
    public mode: number,
  ) {}
}

/** What is in one directory. Most have one entry, and there are several directories to a pod: a map is made for the second. */
class Entries {
  private first: { readonly name: string; readonly entry: File | Directory } | undefined;
  private more: Map<string, File | Directory> | undefined;

  get(name: string): File | Directory | undefined {
    return this.more ? this.more.get(name) : this.first?.name === name ? this.first.entry : undefined;
  }

  set(name: string, entry: File | Directory): void {
    if (this.more) this.more.set(name, entry);
    else if (!this.first || this.first.name === name) this.first = { name, entry };
    else {
      this.more = new Map([
        [this.first.name, this.first.entry],
        [name, entry],
      ]);
      this.first = undefined;
    }
  }

  delete(name: string): boolean {
    if (this.more) return this.more.delete(name);
    if (this.first?.name !== name) return false;
    this.first = undefined;
    return true;
  }

  clear(): void {
    this.first = undefined;
    this.more = undefined;
  }

  get names(): string[] {
    return this.more ? [...this.more.keys()] : this.first ? [this.first.name] : [];
  }
}

class Directory {
  readonly entries = new Entries();
  watchers: Set<(name: string) => void> | undefined;
  /** The one tree that starts here, so that asking twice gives the same. */
  tree: MemoryTree | undefined;
  constructor(public mode = 0o755) {}

  changed(name: string): void {
    if (this.watchers) for (const watcher of [...this.watchers]) watcher(name);
  }
}

/** The names along a path; `.`, `..` and doubled slashes are resolved. */
export function pathParts(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts;
}

/** An absolute path from `path` as seen in `directory`. */
export function resolvePath(directory: string, path: string): string {
  return `/${pathParts(path.startsWith('/') ? path : `${directory}/${path}`).join('/')}`;
}

/** A {@link FileTree} in memory whose directories can be handed out as trees of their own. */
export class MemoryTree implements FileTree {
  private constructor(private readonly root: Directory) {}

  static empty(): MemoryTree {
    return MemoryTree.at(new Directory());
  }

  /** A tree holding these files: path to content. */
  static of(files: Readonly<Record<string, string>>): MemoryTree {
    const tree = MemoryTree.empty();
    for (const [path, content] of Object.entries(files)) tree.write(path, content);
    return tree;
  }

  private static at(directory: Directory): MemoryTree {
    directory.tree ??= new MemoryTree(directory);
    return directory.tree;
  }

  read(path: string): string | undefined {
    const found = this.find(path);
    return found instanceof File ? found.content : undefined;
  }

  write(path: string, content: string, mode?: number): void {
    this.put(path, () => content, mode);
  }

  append(path: string, content: string): void {
    this.put(path, (before) => before + content);
  }

  makeDirectory(path: string): void {
    this.make(pathParts(path));
  }

  list(path: string): readonly string[] | undefined {
    const found = this.find(path);
    return found instanceof Directory ? found.entries.names.sort() : undefined;
  }

  stat(path: string): FileStat | undefined {
    const found = this.find(path);
    if (found === undefined) return undefined;
    if (found instanceof Directory) return { isDirectory: true, sizeBytes: 4096, mode: found.mode };
    return { isDirectory: false, sizeBytes: found.content.length, mode: found.mode };
  }

  remove(path: string): boolean {
    const parts = pathParts(path);
    const name = parts.pop();
    if (name === undefined) {
      const names = this.root.entries.names;
      this.root.entries.clear();
      for (const gone of names) this.root.changed(gone);
      return names.length > 0;
    }
    const parent = this.findParts(parts);
    if (!(parent instanceof Directory) || !parent.entries.delete(name)) return false;
    parent.changed(name);
    return true;
  }

  /** The tree below a directory, made when it is missing: what is written in one is seen in the other. */
  directory(path: string): MemoryTree {
    return MemoryTree.at(this.make(pathParts(path)));
  }

  /** Calls back when the file of that path is written, appended to or removed; undefined when its directory does not exist. */
  watch(path: string, onChange: () => void): (() => void) | undefined {
    const parts = pathParts(path);
    const name = parts.pop();
    const parent = this.findParts(parts);
    if (name === undefined || !(parent instanceof Directory)) return undefined;
    const watcher = (changed: string): void => {
      if (changed === name) onChange();
    };
    const watchers = (parent.watchers ??= new Set());
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }

  private put(path: string, change: (before: string) => string, mode?: number): void {
    const parts = pathParts(path);
    const name = parts.pop();
    if (name === undefined) throw new FileSystemError(`${path}: Is a directory`);
    const parent = this.make(parts);
    const there = parent.entries.get(name);
    if (there instanceof Directory) throw new FileSystemError(`${path}: Is a directory`);
    const content = change(there?.content ?? '');
    if (content.length > largestFileBytes) throw new FileSystemError(`${path}: No space left on device`);
    if (there) {
      there.content = content;
      if (mode !== undefined) there.mode = mode;
    } else parent.entries.set(name, new File(content, mode ?? 0o644));
    parent.changed(name);
  }

  private make(parts: readonly string[]): Directory {
    let at = this.root;
    for (const part of parts) {
      let next = at.entries.get(part);
      if (next === undefined) {
        next = new Directory();
        at.entries.set(part, next);
        at.changed(part);
      }
      if (next instanceof File) throw new FileSystemError(`${part}: Not a directory`);
      at = next;
    }
    return at;
  }

  private find(path: string): File | Directory | undefined {
    return this.findParts(pathParts(path));
  }

  private findParts(parts: readonly string[]): File | Directory | undefined {
    let at: File | Directory | undefined = this.root;
    for (const part of parts) {
      if (!(at instanceof Directory)) return undefined;
      at = at.entries.get(part);
    }
    return at;
  }
}
