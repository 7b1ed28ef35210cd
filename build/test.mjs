// `npm test`: everything that is checked before anything lands, one runner after another, and one line that counts them all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureDependencies, root } from './prepare.mjs';

ensureDependencies();

const reports = join(root, '.cache', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const node = process.execPath;
const bin = (name) => join(root, 'node_modules', ...name.split('/'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function step(name, command, args, env = {}) {
  process.stdout.write(`\n── ${name}\n`);
  const begun = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  process.stdout.write(`── ${name}: ${status === 0 ? 'ok' : 'failed'}, ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
  return status === 0;
}

function count(name, ok, { passed, failed, skipped }) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  if (!ok && failed === 0) totals.failed += 1;
  if (!ok || failed > 0) failures.push(name);
}

/** A check that is one test: it passes or it does not. */
function check(name, command, args) {
  const ok = step(name, command, args);
  count(name, ok, { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
}

function vitest(name, projects) {
  const file = join(reports, `${name}.json`);
  const ok = step(name, node, [bin('vitest/vitest.mjs'), 'run', ...projects.flatMap((project) => ['--project', project]), '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  count(name, ok, { passed: report.numPassedTests ?? 0, failed: report.numFailedTests ?? 0, skipped: report.numPendingTests ?? 0 });
}

function playwright() {
  const file = join(reports, 'playwright.json');
  const ok = step('browser journeys', node, [bin('@playwright/test/cli.js'), 'test', '-c', 'e2e/playwright.config.ts'], { PLAYWRIGHT_JSON_OUTPUT_NAME: file });
  const stats = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).stats : {};
  count('browser journeys', ok, { passed: (stats.expected ?? 0) + (stats.flaky ?? 0), failed: stats.unexpected ?? 0, skipped: stats.skipped ?? 0 });
}

check('types', node, ['build/typecheck.mjs']);
check('lint', node, [bin('eslint/bin/eslint.js'), 'src', 'build', 'e2e', '--max-warnings', '0']);
vitest('tidy', ['tidy']);
vitest('unit and window', ['unit', 'window']);
ensureBuilt();
const { ensureTools } = await import('./tools.mjs');
const tools = await ensureTools();
Object.assign(process.env, tools);
vitest('real kubectl and helm', ['wire']);
playwright();

if (failures.length > 0) process.stdout.write(`\nFailed: ${failures.join(', ')}\n`);
if (totals.skipped > 0) process.stdout.write(`${totals.skipped} skipped\n`);
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`);
process.exit(failures.length > 0 ? 1 : 0);
