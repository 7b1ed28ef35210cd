// Replays recorded answers of a real cluster against this one and says how much of them is the same.
// `npm run fidelity -- [--golden DIR] [--min PERCENT] [--only NAME] [--verbose] [--json] [FOLDER…]`
import { readdirSync, readFileSync, statSync, existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { formats, type GoldenFile } from './formats/format.ts';
import { byFolder, printReport, scoreOf, type FileReport } from './report.ts';

interface Options {
  readonly golden: string;
  readonly min: number | undefined;
  readonly only: string | undefined;
  readonly isVerbose: boolean;
  readonly isJson: boolean;
  readonly folders: readonly string[];
}

class UsageError extends Error {}

function parseOptions(args: readonly string[]): Options {
  let golden = resolve(process.cwd(), '..', 'shared', 'golden');
  let min: number | undefined;
  let only: string | undefined;
  const flags = new Set<string>();
  const folders: string[] = [];
  const rest = [...args];
  const valueOf = (option: string): string => {
    const value = rest.shift();
    if (value === undefined) throw new UsageError(`${option} needs a value`);
    return value;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--golden') golden = resolve(valueOf(arg));
    else if (arg === '--only') only = valueOf(arg);
    else if (arg === '--min') {
      min = Number(valueOf(arg));
      if (!(min >= 0 && min <= 100)) throw new UsageError('--min needs a number from 0 to 100');
    } else if (arg === '--verbose' || arg === '--json') flags.add(arg);
    else if (arg.startsWith('--')) throw new UsageError(`there is no option ${arg}`);
    else folders.push(arg.replace(/\/+$/, ''));
  }
  if (!existsSync(golden)) throw new UsageError(`there is no folder ${golden}`);
  return { golden, min, only, isVerbose: flags.has('--verbose') || only !== undefined, isJson: flags.has('--json'), folders };
}

function* filesUnder(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) return yield path;
  for (const name of readdirSync(path).sort()) yield* filesUnder(join(path, name));
}

function goldenFiles({ golden, folders }: Options): readonly GoldenFile[] {
  const roots = folders.length > 0 ? folders : ['.'];
  return roots.flatMap((root) => {
    const path = join(golden, root);
    if (!existsSync(path)) throw new UsageError(`there is no folder ${path}`);
    return [...filesUnder(path)]
      .filter((file) => /\.jsonl?$/.test(file))
      .map((file) => ({ path: relative(golden, file).split(sep).join('/'), text: readFileSync(file, 'utf8') }));
  });
}

function replay(options: Options): readonly FileReport[] {
  return goldenFiles(options).flatMap((file) => {
    const format = formats.find((one) => one.accepts(file));
    if (!format) return [];
    const results = format.replay(file, options.only);
    return results.length === 0 ? [] : [{ folder: dirname(file.path), file: file.path.slice(dirname(file.path).length + 1), results }];
  });
}

function main(args: readonly string[]): number {
  const options = parseOptions(args);
  const reports = replay(options);
  const folders = [...byFolder(reports)].map(([folder, files]) => ({ folder, ...scoreOf(files.flatMap((one) => one.results)), files }));
  if (options.isJson) {
    const files = (list: readonly FileReport[]): object[] => list.map(({ file, results }) => ({ file, ...scoreOf(results), results }));
    console.log(JSON.stringify(folders.map((one) => ({ ...one, files: files(one.files) }))));
  } else printReport(reports, options.isVerbose, (text) => console.log(text));
  const { min } = options;
  return min !== undefined && folders.some(({ percent }) => percent < min) ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`fidelity: ${error.message}`);
  process.exitCode = 2;
}
