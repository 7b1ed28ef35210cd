// Type-checks the worlds one after another: the engine without any host, Node's rooms and tests, the window, and what drives it from outside.
import { spawnSync } from 'node:child_process';

const projects = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['engine', 'node', 'renderer', 'e2e'];
let failed = false;
for (const project of projects) {
  const result = spawnSync(process.execPath, ['node_modules/ts7/bin/tsc', '--noEmit', '-p', `tsconfig.${project}.json`], { stdio: 'inherit' });
  if (result.status !== 0) {
    console.error(`typecheck: the project "${project}" has errors`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
