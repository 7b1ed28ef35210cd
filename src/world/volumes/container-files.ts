// What a container sees below `/`: its image's files, what it wrote over them, and its mounts.
import type { FileStat, FileTree } from '@/kubernetes/cri-api/files.ts';
import type { Mount } from '@/kubernetes/cri-api/runtime.ts';
import { FileSystemError, MemoryTree, resolvePath } from './memory-tree.ts';

interface Place {
  readonly tree: FileTree;
  readonly path: string;
  readonly isReadOnly: boolean;
}

/** What the runtime itself puts into a container. */
export interface GivenFiles {
  givenFile(path: string): string | undefined;
}

/** The root file system of one container. What the image holds is never changed; the writable layer is made at the first write. */
export class ContainerFiles implements FileTree {
  private layer: MemoryTree | undefined;
  private hidden: Set<string> | undefined;
  private readonly mounts: readonly Mount[];

  constructor(
    private readonly image: FileTree | undefined,
    mounts: readonly Mount[],
    /** What the runtime puts there by itself: `/etc/resolv.conf` and its like. */
    private readonly given?: GivenFiles,
  ) {
    // The longest path wins, as the innermost mount does.
    this.mounts = mounts.length > 1 ? [...mounts].sort((a, b) => b.containerPath.length - a.containerPath.length) : mounts;
  }

  read(path: string): string | undefined {
    if (path === '/dev/null') return '';
    const place = this.mounted(path);
    if (place) return place.tree.read(place.path);
    return this.layer?.read(path) ?? (this.isHidden(path) ? undefined : (this.given?.givenFile(path) ?? this.image?.read(path)));
  }

  write(path: string, content: string, mode?: number): void {
    if (isDevice(path)) return;
    const place = this.writable(path);
    place.tree.write(place.path, content, mode);
  }

  append(path: string, content: string): void {
    if (isDevice(path)) return;
    const place = this.writable(path);
    if (place.tree === this.layer && this.layer.stat(path) === undefined) {
      this.layer.write(path, (this.read(path) ?? '') + content);
    } else place.tree.append(place.path, content);
  }

  makeDirectory(path: string): void {
    const place = this.writable(path);
    place.tree.makeDirectory(place.path);
  }

  list(path: string): readonly string[] | undefined {
    const place = this.mounted(path);
    const names = new Set<string>();
    let isDirectory = false;
    const lists = place
      ? [place.tree.list(place.path)]
      : [this.layer?.list(path), this.image?.list(path)?.filter((name) => !this.isHidden(resolvePath(path, name)))];
    for (const list of lists) {
      if (list === undefined) continue;
      isDirectory = true;
      for (const name of list) names.add(name);
    }
    const prefix = path === '/' ? '/' : `${resolvePath('/', path)}/`;
    for (const mount of this.mounts) {
      if (!mount.containerPath.startsWith(prefix)) continue;
      isDirectory = true;
      const name = mount.containerPath.slice(prefix.length).split('/')[0];
      if (name) names.add(name);
    }
    return isDirectory || path === '/' ? [...names].sort() : undefined;
  }

  stat(path: string): FileStat | undefined {
    if (isDevice(path)) return { isDirectory: false, sizeBytes: 0, mode: 0o666 };
    const place = this.mounted(path);
    if (place)
      return (
        place.tree.stat(place.path) ?? (place.path === '/' ? { isDirectory: true, sizeBytes: 4096, mode: 0o755 } : undefined)
      );
    const found = this.layer?.stat(path) ?? (this.isHidden(path) ? undefined : this.image?.stat(path));
    if (found) return found;
    const given = this.given?.givenFile(path);
    if (given !== undefined) return { isDirectory: false, sizeBytes: given.length, mode: 0o644 };
    return this.list(path) === undefined ? undefined : { isDirectory: true, sizeBytes: 4096, mode: 0o755 };
  }

  remove(path: string): boolean {
    const place = this.mounted(path);
    if (place?.path === '/') throw new FileSystemError(`${path}: Device or resource busy`);
    if (place?.isReadOnly) throw new FileSystemError(`${path}: Read-only file system`);
    if (place) return place.tree.remove(place.path);
    const inImage = !this.isHidden(path) && this.image?.stat(path) !== undefined;
    if (inImage) (this.hidden ??= new Set()).add(resolvePath('/', path));
    return (this.layer?.remove(path) ?? false) || inImage;
  }

  /** Calls back when that file changes; undefined where nothing can tell (then it has to be looked at from time to time). */
  watch(path: string, onChange: () => void): (() => void) | undefined {
    const place = this.mounted(path) ?? { tree: this.layer, path };
    return place.tree instanceof MemoryTree ? place.tree.watch(place.path, onChange) : undefined;
  }

  private isHidden(path: string): boolean {
    if (!this.hidden) return false;
    for (let at = resolvePath('/', path); at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (this.hidden.has(at)) return true;
    return false;
  }

  private writable(path: string): Place {
    const place = this.mounted(path);
    if (place?.isReadOnly) throw new FileSystemError(`${path}: Read-only file system`);
    return place ?? { tree: (this.layer ??= MemoryTree.empty()), path, isReadOnly: false };
  }

  private mounted(path: string): Place | undefined {
    if (this.mounts.length === 0) return undefined;
    const full = resolvePath('/', path);
    for (const mount of this.mounts) {
      const at =
        mount.containerPath.length > 1 && mount.containerPath.endsWith('/')
          ? mount.containerPath.slice(0, -1)
          : mount.containerPath;
      if (full !== at && !full.startsWith(at === '/' ? '/' : `${at}/`)) continue;
      const rest = full.slice(at === '/' ? 0 : at.length);
      const inside = mount.subPath ? `/${mount.subPath}${rest}` : rest === '' ? '/' : rest;
      return { tree: mount.source, path: inside, isReadOnly: mount.isReadOnly };
    }
    return undefined;
  }
}

function isDevice(path: string): boolean {
  return (
    path.startsWith('/dev/') && (path === '/dev/null' || path === '/dev/stdout' || path === '/dev/stderr' || path === '/dev/zero')
  );
}
