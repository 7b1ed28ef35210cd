// What every command needs before it can run: dependencies installed, sources built. Both are skipped when nothing changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program with its output on stderr (stdout belongs to the caller's contract); ends this process when it fails. */
export function run(command, args, options = {}) {
  const isNpm = command === 'npm';
  const result = spawnSync(isNpm && process.platform === 'win32' ? 'npm.cmd' : command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: isNpm && process.platform === 'win32', ...options });
  if (result.status !== 0) {
    process.stderr.write(`"${command} ${args.join(' ')}" failed; what it said is above.\n`);
    process.exit(1);
  }
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths) if (existsSync(path)) hash.update(readFileSync(path));
  return hash.digest('hex');
}

function stamp(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, value);
}

const isCurrent = (path, value) => existsSync(path) && readFileSync(path, 'utf8') === value;

/** Whether somebody ran npm since the lock file was last written: npm notes what it installed beside what it installed. */
function isInstalledByHand() {
  const noted = join(root, 'node_modules', '.package-lock.json');
  return existsSync(noted) && statSync(noted).mtimeMs + 60_000 >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Installs what package-lock.json names, when that changed or never happened. */
export function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 20)) {
    process.stderr.write(`Kubarium needs Node 20.20 or newer; this is ${process.versions.node}.\n`);
    process.exit(1);
  }
  const mark = join(root, 'node_modules', '.kubarium-installed');
  const wanted = digest([join(root, 'package.json'), join(root, 'package-lock.json')]);
  if (isCurrent(mark, wanted)) return;
  if (isInstalledByHand()) return stamp(mark, wanted);
  process.stderr.write('Installing dependencies (once; a minute or two) …\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--progress=true']);
  stamp(mark, wanted);
}

/** Sources as a list of path, size and time: cheap to read, different when anything was touched. */
function sourcesOf(folder) {
  const lines = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) lines.push(sourcesOf(path));
    else {
      const { size, mtimeMs } = statSync(path);
      lines.push(`${entry.name} ${size} ${mtimeMs}`);
    }
  }
  return lines.join('\n');
}

/** Builds the app when a source changed since the last time. */
export function ensureBuilt() {
  const mark = join(root, 'out', '.built');
  const wanted = createHash('sha256')
    .update(sourcesOf(join(root, 'src')))
    .update(digest([join(root, 'package-lock.json'), join(root, 'electron.vite.config.ts')]))
    .digest('hex');
  if (isCurrent(mark, wanted)) return;
  process.stderr.write('Building …\n');
  run(process.execPath, [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn']);
  stamp(mark, wanted);
}
