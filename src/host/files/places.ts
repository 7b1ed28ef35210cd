// Where the app keeps files on the user's computer, and how it writes them without leaving halves behind.
import { homedir, tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';

/** The folder for settings and the like, by the system's custom. */
export function dataFolder(): string {
  if (process.platform === 'win32') return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'kubarium');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'kubarium');
  return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'kubarium');
}

/** A kubeconfig's place when none is asked for: one per API port, so that two clusters do not overwrite each other. */
export function defaultKubeconfig(apiPort: number): string {
  return join(tmpdir(), `kubarium-${process.getuid?.() ?? 0}`, `kubeconfig-${apiPort}`);
}

/** Writes a file that only its owner may read, whole or not at all. Throws the system's error. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}
