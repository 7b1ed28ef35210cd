// `npm run swarm -- [--from N] [--seeds N] [--json]`: random runs under all checkers. Exit code 1 when a promise was broken.
import { parseArgs } from 'node:util';
import { runSwarmSeed } from '@/cluster/swarm/swarm.ts';

const options = { from: { type: 'string', default: '1' }, seeds: { type: 'string', default: '200' }, json: { type: 'boolean', default: false }, story: { type: 'boolean', default: false } } as const;

function read(): ReturnType<typeof parseArgs<{ options: typeof options }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message.split('. ')[0]}. Known: --from N, --seeds N, --json, --story.\n`);
    process.exit(2);
  }
}

const values = read();
const from = Number(values.from);
const count = Number(values.seeds);
if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1) {
  process.stderr.write('--from and --seeds take whole numbers.\n');
  process.exit(2);
}
let failed = 0;
const begun = performance.now();
for (let seed = from; seed < from + count; seed++) {
  const result = runSwarmSeed(seed);
  const isClean = result.findings.length === 0;
  if (!isClean) failed++;
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (!isClean || values.story) {
    process.stdout.write(`seed ${seed} (${result.topology}): ${isClean ? 'clean' : 'broken'}\n`);
    for (const line of [...result.story, ...result.findings.map((finding) => `! ${finding}`)]) process.stdout.write(`  ${line}\n`);
  }
}
process.stderr.write(`${count - failed} of ${count} seeds clean, ${((performance.now() - begun) / 1000 / count).toFixed(2)} s a seed\n`);
process.exit(failed > 0 ? 1 : 0);
