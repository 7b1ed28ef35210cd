// Where the app keeps files on the user's computer, and how it writes them without leaving halves behind.
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { appendFileSync, closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** The folder for settings and the like, by the system's custom. */
export function dataFolder(): string {
  if (process.platform === 'win32') return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'kubarium');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'kubarium');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'kubarium');
}

/**
 * A kubeconfig's place when none is asked for: one per API port, so that two clusters do not overwrite each other. The folder is made here, for
 * its owner alone; throws when somebody else's stands in its place.
 */
export function defaultKubeconfig(apiPort: number): string {
  const user = process.getuid?.();
  const folder = join(tmpdir(), `kubarium-${user ?? 'user'}`);
  makeFolder(folder);
  const { uid } = lstatSync(folder);
  if (!lstatSync(folder).isDirectory() || (user !== undefined && uid !== user)) throw new Error(`${folder} belongs to somebody else; say where to write with --kubeconfig.`);
  return join(folder, `kubeconfig-${apiPort}`);
}

/**
 * Makes a folder and those above it, for their owner alone; answers the highest one that was not there. Differs from Node's own recursion, which
 * never ends where a file system refuses with "no such file".
 */
function makeFolder(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  const above = dirname(path);
  const made = above === path ? undefined : makeFolder(above);
  mkdirSync(path, { mode: 0o700 });
  return made ?? path;
}

/** The text of a file, or undefined when there is none. Throws the system's error when it cannot be read. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file that only its owner may read, whole or not at all; a failure leaves nothing behind. Throws the system's error. */
export function writePrivate(path: string, text: string): void {
  // A link is followed: the file that it names is replaced, not the link.
  const target = resolved(path);
  const made = makeFolder(dirname(target));
  const draft = `${target}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  }
}

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A new file that only its owner may read and that grows line by line. A line is with the system when `append` comes back. */
export class LineFile {
  private readonly descriptor: number;
  private readonly madeFolder: string | undefined;

  /** Throws the system's error, also when the file is there already. */
  constructor(private readonly path: string) {
    this.madeFolder = makeFolder(dirname(path));
    this.descriptor = openSync(path, 'wx', 0o600);
  }

  append(line: string): void {
    appendFileSync(this.descriptor, line);
  }

  close(): void {
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
  }

  /** Removes it, as if it had never been. */
  discard(): void {
    closeSync(this.descriptor);
    rmSync(this.madeFolder ?? this.path, { recursive: true, force: true });
  }
}
