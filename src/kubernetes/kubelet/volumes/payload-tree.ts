// A directory whose files are given as a whole: ConfigMap, Secret, projected and downward volumes. Contents are shared, not copied.
import type { FileStat, FileTree } from '@/kubernetes/cri-api/files.ts';

/** One file; `path` has no leading slash. */
export interface PayloadFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** Nobody but the kubelet changes it: writes by containers are ignored, as their mount is read-only. */
export class PayloadTree implements FileTree {
  /** Files, or the way to make them when somebody looks. */
  constructor(private source: readonly PayloadFile[] | (() => readonly PayloadFile[])) {}

  /** Swaps all files at once, as upstream's atomic writer does. */
  replace(files: readonly PayloadFile[]): void {
    this.source = files;
  }

  read(path: string): string | undefined {
    return this.find(path)?.content;
  }

  write(): void {}

  append(): void {}

  makeDirectory(): void {}

  list(path: string): readonly string[] | undefined {
    const prefix = path === '/' || path === '' ? '' : `${trimmed(path)}/`;
    const names = new Set<string>();
    for (const file of this.files) {
      if (!file.path.startsWith(prefix)) continue;
      names.add(file.path.slice(prefix.length).split('/')[0] ?? '');
    }
    return names.size > 0 || prefix === '' ? [...names].sort() : undefined;
  }

  stat(path: string): FileStat | undefined {
    const file = this.find(path);
    if (file) return { isDirectory: false, sizeBytes: file.content.length, mode: file.mode };
    return this.list(path) ? { isDirectory: true, sizeBytes: 4096, mode: 0o755 } : undefined;
  }

  remove(): boolean {
    return false;
  }

  private get files(): readonly PayloadFile[] {
    return typeof this.source === 'function' ? this.source() : this.source;
  }

  private find(path: string): PayloadFile | undefined {
    const wanted = trimmed(path);
    return this.files.find((file) => file.path === wanted);
  }
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
