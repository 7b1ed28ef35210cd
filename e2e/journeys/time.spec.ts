// Time is a thing to hold: it stops, goes on at another speed, goes one step, and skips to what is due next.
import { expect, test, type Bench } from './bench.ts';

const now = async ({ page }: Bench): Promise<number> => Number(await page.locator('time[data-time]').first().getAttribute('data-time'));

/** How many lines the event log shows. */
const lines = async ({ page }: Bench): Promise<number> => Number(/(\d+) lines/.exec((await page.getByRole('region', { name: 'Event log' }).innerText()))?.[1]);

test.describe('time', () => {
  test.use({ hostOptions: '--topology one-machine' });

  test('stands, steps, skips and runs', async ({ bench, page }) => {
    await bench.open('Pause');
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    bench.host.kubectl('run web --image=nginx');
    const stopped = await now(bench);
    expect(bench.host.kubectl('get pod web').stdout).toContain('Pending');
    expect(await now(bench)).toBe(stopped);

    await bench.open('Event log');
    for (let step = 0; step < 4; step++) {
      const before = await lines(bench);
      await bench.open('Step');
      await expect.poll(() => lines(bench)).toBeGreaterThan(before);
    }
    await bench.open('Event log');
    expect(await now(bench)).toBeGreaterThan(stopped);

    bench.host.ctl('injectFault --fault machine-unplugged --target worker-1');
    bench.host.ctl('advance --seconds 15');
    await expect(page.locator('footer')).toContainText(/Monitor grace worker-1/);
    const before = await now(bench);
    await bench.open('Skip to next deadline');
    await expect.poll(async () => (await now(bench)) - before).toBeGreaterThan(10e6);

    await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
    const from = await now(bench);
    await bench.open('Play');
    await expect.poll(async () => (await now(bench)) - from).toBeGreaterThan(60e6);
  });
});
