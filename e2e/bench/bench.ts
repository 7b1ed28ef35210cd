// `npm run bench -- [--json] [--quick] [--only boot,pods,gateway,host,canvas]`: the timed runs, as a table or as JSON. On a computer that does other
// work as well, compare CPU seconds and ratios within one run, not wall times.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runCanvas, type Frames } from './canvas.ts';
import { bootMilliseconds, runPods } from './engine.ts';
import { runGateway, runHost } from './gateway.ts';

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' } } });
const isQuick = values.quick;
const parts = ['boot', 'pods', 'gateway', 'host', 'canvas'] as const;
type Part = (typeof parts)[number];
const asked = values.only === '' ? parts : values.only.split(',');
const unknown = asked.filter((part) => !parts.includes(part as Part));
if (unknown.length > 0) {
  process.stderr.write(`--only takes ${parts.join(', ')}; not ${unknown.join(', ')}.\n`);
  process.exit(2);
}

// Heap is measured after a collection.
setFlagsFromString('--expose-gc');
(globalThis as { gc?: unknown }).gc = runInNewContext('gc');

const results: Partial<Record<Part, unknown>> = {};
const round = (value: number, digits = 0): string => value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? ',' : '');
const megabytes = (bytes: number): string => `${round(bytes / 1e6, 1)} MB`;

function say(name: string, value: string, target?: string): void {
  if (!values.json) process.stdout.write(`${name.padEnd(56)} ${value.padStart(24)}${target === undefined ? '' : `   (target ${target})`}\n`);
}

function boot(): unknown {
  const runs = Array.from({ length: isQuick ? 2 : 5 }, () => bootMilliseconds()).sort((a, b) => a - b);
  const [fastest = 0] = runs;
  const first = Math.max(...runs);
  say('boot of three workers, engine alone: first, fastest', `${round(first)} ms, ${round(fastest)} ms`, '< 1,500 ms');
  return { firstMilliseconds: first, fastestMilliseconds: fastest };
}

function pods(): unknown {
  const sizes = isQuick ? [[100, 1000]] : [[100, 1000], [1000, 10_000]];
  return sizes.map(([machines = 0, count = 0]) => {
    const run = runPods(machines, count);
    const name = `${round(machines)} machines × ${round(count)} pods`;
    say(`${name}: created to Running`, `${round(run.wallSeconds, 1)} s, ${round(run.podsPerSecond)} pods/s`, machines === 1000 ? '< 30 s' : undefined);
    say(`${name}: CPU`, `${round(run.cpuSeconds, 1)} s`);
    say(`${name}: boot`, `${round(run.bootSeconds, 1)} s`);
    say(`${name}: heap per pod`, `${round(run.heapBytesPerPod / 1000, 1)} kB`, '< 6 kB');
    say(`${name}: idle at ×1 afterwards`, `${round(run.idleCoreShare * 100, 1)} % of a core`);
    return run;
  });
}

async function gateway(): Promise<unknown> {
  const run = await runGateway(isQuick);
  say('gateway: get on one connection', `${round(run.getsPerSecond)} /s`);
  say('gateway: create on one connection', `${round(run.createsPerSecond)} /s`);
  say(`gateway: list of ${run.listedObjects}`, `${round(run.listsPerSecond)} /s, ${megabytes(run.listBytesPerSecond)}/s`);
  say(`gateway: watch events to ${run.watches} watches`, `${round(run.watchEventsPerSecond)} /s`);
  return run;
}

async function host(): Promise<unknown> {
  const run = await runHost(isQuick);
  say('host: boot of three workers with gateway', `${round(run.bootMilliseconds)} ms`, '< 1,500 ms');
  say('host: idle at ×1, no window', `${round(run.idleCoreShare * 100, 1)} % of a core`, '< 3 %');
  say('host: resident', megabytes(run.residentBytes), '< 250 MB');
  say('feed: idle', `${round(run.idleFeedBytesPerSecond)} B/s`);
  say('feed: Deployment scaled to and fro, 20 requests/s', `${round(run.activeFeedBytesPerSecond)} B/s`);
  return run;
}

async function canvas(): Promise<unknown> {
  const run = await runCanvas(100, 1000, isQuick ? 90 : 300);
  const text = ({ workMedian, work95, intervalMedian, interval95 }: Frames): string => `${round(workMedian, 1)} / ${round(work95, 1)}, ${round(intervalMedian, 1)} / ${round(interval95, 1)} ms`;
  say('canvas: script a frame, frame to frame (median / 95 %)', '');
  say('canvas, 100 × 1,000, at rest', text(run.rest));
  say('canvas, 100 × 1,000, panned', text(run.pan), '16.7 ms');
  say('canvas, 100 × 1,000, 1 % of pods changing a frame', text(run.changing), '16.7 ms');
  return run;
}

const runs: Record<Part, () => unknown> = { boot, pods, gateway, host, canvas };
for (const part of parts) if (asked.includes(part)) results[part] = await runs[part]();
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
