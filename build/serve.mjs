// `npm run serve`: prepares what is missing, then is the headless host.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureDependencies, root } from './prepare.mjs';

ensureDependencies();
ensureBuilt();
const file = join(root, 'out', 'main', 'serve.js');
process.argv[1] = file;
await import(pathToFileURL(file).href);
