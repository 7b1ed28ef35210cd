// `npm start`: prepares what is missing, then opens the desktop app; without Electron's runtime, the same window in the default browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { ensureBuilt, ensureDependencies, root } from './prepare.mjs';

/** How long a failed fetch of the runtime is remembered, and how long one may take. */
const retryAfterHours = 24;
const fetchSeconds = 300;

function electronPath() {
  const folder = join(root, 'node_modules', 'electron');
  const named = join(folder, 'path.txt');
  if (!existsSync(named)) return undefined;
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(named, 'utf8').trim());
  return existsSync(path) ? path : undefined;
}

/** The runtime's path, fetched when it is missing; undefined when it cannot be had. */
function ensureElectron() {
  const found = electronPath();
  if (found) return found;
  const mark = join(root, '.cache', 'no-electron');
  if (existsSync(mark) && Date.now() - statSync(mark).mtimeMs < retryAfterHours * 3_600_000) return undefined;
  process.stderr.write('Fetching the desktop runtime …\n');
  const installer = createRequire(import.meta.url).resolve('electron/install.js');
  spawnSync(process.execPath, [installer], { cwd: root, stdio: 'ignore', timeout: fetchSeconds * 1000 });
  const fetched = electronPath();
  if (!fetched) {
    mkdirSync(join(root, '.cache'), { recursive: true });
    writeFileSync(mark, '');
  }
  return fetched;
}

const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

ensureDependencies();
const electron = ensureElectron();
ensureBuilt();
if (electron && hasDisplay) {
  const app = spawn(electron, ['.', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
  app.on('exit', (code) => process.exit(code ?? 0));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => app.kill(signal));
} else {
  process.stderr.write(`${electron ? 'There is no display for the desktop app' : "Electron's runtime is not here and cannot be fetched"}: the window is served to your browser instead.\n`);
  process.argv.push('--start', 'now', '--open');
  await import('./serve.mjs');
}
