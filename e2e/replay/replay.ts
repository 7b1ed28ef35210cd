// Runs a saved journal again, in this process, and says whether it came out the same: `npm run replay -- FILE [--seconds N]`.
// One JSON line on stdout; exit code 0 when every checkpoint is the same, 1 when one is not, 2 for what cannot be read.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { replaySession } from '@/host/session/replay.ts';
import { rfc3339Micro, seconds } from '@/simulation/clock/duration.ts';
import { parseJournal } from '@/simulation/journal/journal.ts';

class UsageError extends Error {}

function readCall(): { readonly file: string; readonly beyondSeconds: number } {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seconds: { type: 'string', default: '0' } } });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('Usage: npm run replay -- FILE [--seconds N].');
  const beyondSeconds = Number(values.seconds);
  if (!(beyondSeconds >= 0)) throw new UsageError(`--seconds takes a number, not "${values.seconds}".`);
  return { file, beyondSeconds };
}

function main(): number {
  const { file, beyondSeconds } = readCall();
  const journal = parseJournal(readFileSync(file, 'utf8'));
  const { hashes, checkpoints, partings } = replaySession(journal, seconds(beyondSeconds));
  const { topology, seed } = journal.head;
  const same = partings.length === 0;
  const line = { event: 'replayed', topology, seed, inputs: journal.inputs, checkpoints, same, ...hashes, time: rfc3339Micro(hashes.time) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const [parting] = partings;
  if (!parting) return 0;
  const { etcd, occurrences } = parting.entry.body as { etcd: string; occurrences: string };
  process.stderr.write(
    `The runs parted at or before ${rfc3339Micro(parting.entry.time)}: etcd ${etcd} became ${parting.etcd}, occurrences ${occurrences} became ${parting.occurrences}.\n`,
  );
  return 1;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
