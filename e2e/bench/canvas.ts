// Frame times of the window's canvas in a real browser: at rest, while it is panned, and while pods change in every frame. On the workshop's feed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import react from '@vitejs/plugin-react';

export interface Frames {
  /** Milliseconds of script within a frame. */
  readonly workMedian: number;
  readonly work95: number;
  /** Milliseconds from one frame to the next; a browser without a graphics card paints in software. */
  readonly intervalMedian: number;
  readonly interval95: number;
}

export interface CanvasRun {
  readonly machines: number;
  readonly pods: number;
  readonly rest: Frames;
  readonly pan: Frames;
  /** One pod in a hundred changes in every frame of the feed. */
  readonly changing: Frames;
}

const root = process.cwd();
const outDir = join(root, '.cache', 'bench-window');

/** Runs in the page before its own scripts: adds up what the callbacks of each frame take. */
function countFrames(): void {
  const frames: { at: number; work: number }[] = [];
  const native = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    native((at) => {
      const begun = performance.now();
      callback(at);
      const last = frames[frames.length - 1];
      const work = performance.now() - begun;
      if (last?.at === at) last.work += work;
      else frames.push({ at, work });
    });
  const keepGoing = (): void => void window.requestAnimationFrame(keepGoing);
  keepGoing();
  Object.assign(window, { countedFrames: frames });
}

interface Counting {
  readonly countedFrames: { at: number; work: number }[];
}

/** Waits until so many frames were counted since they were last taken. */
async function counted(page: Page, frames: number): Promise<void> {
  await page.waitForFunction((count) => (window as unknown as Counting).countedFrames.length >= count, frames, { timeout: 120_000 });
}

const quantile = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

async function framesOf(page: Page, act: () => Promise<void>): Promise<Frames> {
  const take = (): Promise<Counting['countedFrames']> => page.evaluate(() => (window as unknown as Counting).countedFrames.splice(0));
  await take();
  await act();
  const frames = await take();
  const intervals = frames.slice(1).map(({ at }, n) => at - (frames[n]?.at ?? at));
  const work = frames.map((frame) => frame.work);
  return { workMedian: quantile(work, 0.5), work95: quantile(work, 0.95), intervalMedian: quantile(intervals, 0.5), interval95: quantile(intervals, 0.95) };
}

async function panned(page: Page, frames: number): Promise<void> {
  const { mouse } = page;
  await mouse.move(700, 60);
  await mouse.down();
  // A move is answered at the next frame.
  for (let n = 0; n < frames; n++) await mouse.move(700 + 200 * Math.sin(n / 10), 160 + 100 * Math.cos(n / 10));
  await mouse.up();
}

/** Builds the workshop, opens it in Chromium and measures. */
export async function runCanvas(machines: number, pods: number, frames: number): Promise<CanvasRun> {
  const workshop = join(root, 'src', 'renderer', 'workshop');
  const config = { root: workshop, configFile: false as const, logLevel: 'error' as const, resolve: { alias: { '@': join(root, 'src') } }, plugins: [react()] };
  await build({ ...config, build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 4000 } });
  const server = await preview({ ...config, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const executablePath = process.env.KUBARIUM_CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(countFrames);
    const url = `${server.resolvedUrls?.local[0]}?machines=${machines}&pods=${pods}`;
    const open = async (address: string): Promise<void> => {
      await page.goto(address);
      await page.waitForSelector('canvas');
      await counted(page, 90);
    };
    await open(url);
    const rest = await framesOf(page, () => counted(page, frames));
    const pan = await framesOf(page, () => panned(page, frames));
    await open(`${url}&changing=0.01`);
    const changing = await framesOf(page, () => counted(page, frames));
    return { machines, pods, rest, pan, changing };
  } finally {
    await browser.close();
    await server.close();
  }
}
