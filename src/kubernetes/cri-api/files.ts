// Files as kubelets, volumes and containers share them: a tree in memory. Paths are absolute within the tree, `/` separates.

export interface FileStat {
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
}

/** A directory tree. Missing things are answered with undefined, never by throwing. */
export interface FileTree {
  read(path: string): string | undefined;
  /** Makes missing parents. */
  write(path: string, content: string, mode?: number): void;
  append(path: string, content: string): void;
  makeDirectory(path: string): void;
  /** Names in a directory, sorted; undefined when it is none. */
  list(path: string): readonly string[] | undefined;
  stat(path: string): FileStat | undefined;
  /** Removes a file or a directory with all that is in it; answers whether there was one. */
  remove(path: string): boolean;
}

/** A machine's disk as its kubelet sees it. */
export interface MachineFiles {
  /** The tree below a directory of the machine (`/var/lib/kubelet/pods/UID/volumes/…`), made when it is missing. The same path gives the same tree. */
  directory(path: string): FileTree;
  /** Puts a tree of the kubelet's own in a directory's place (a projected volume, a file system in memory); `directory` gives it from then on. Gone when the machine loses power. */
  mount(path: string, tree: FileTree): void;
  exists(path: string): boolean;
  removeDirectory(path: string): void;
}
