// Runs a tool of this repository: bundles its entry (aliases, registries) when a source is newer, then runs the bundle.
import { build } from 'vite';
import { objectSpread } from './object-spread.mjs';
import { existsSync, readdirSync, statSync, mkdirSync } from 'node:fs';
import { join, dirname, basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from './prepare.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = {
  serve: 'src/server/serve.ts',
  ctl: 'src/server/ctl.ts',
  swarm: 'e2e/swarm/swarm.ts',
  replay: 'e2e/replay/replay.ts',
  fidelity: 'e2e/fidelity/fidelity.ts',
  bench: 'e2e/bench/bench.ts',
};

/** Tools that start the built host, or look at the built window. */
const usesBuiltHost = new Set(['bench']);

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

/** The path of the bundle of `name` (a tool, or the path of an entry file), built when it is missing or old. */
export async function bundle(name) {
  const entry = tools[name] ?? name;
  const outDir = join(root, 'out', 'tools');
  const file = join(outDir, `${basename(entry, '.ts')}.js`);
  mkdirSync(outDir, { recursive: true });
  const sources = Math.max(newest(join(root, 'src')), existsSync(join(root, 'e2e')) ? newest(join(root, 'e2e')) : 0);
  if (!existsSync(file) || statSync(file).mtimeMs < sources) {
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      plugins: [objectSpread()],
      resolve: { alias: { '@': join(root, 'src') } },
      build: { ssr: join(root, entry), outDir, emptyOutDir: false, target: 'node20', minify: false, sourcemap: false, rollupOptions: { output: { entryFileNames: '[name].js', chunkFileNames: `${basename(entry, '.ts')}-[hash].js` } } },
    });
  }
  return file;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, ...rest] = process.argv.slice(2);
  if (usesBuiltHost.has(name)) ensureBuilt();
  const file = await bundle(name);
  process.argv = [process.argv[0], file, ...rest];
  await import(pathToFileURL(file).href);
}
