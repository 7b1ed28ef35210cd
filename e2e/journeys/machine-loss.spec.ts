// The journey that the app is made for: an app is applied, a machine is pulled out, its pods move, and the log says why.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Bench } from './bench.ts';

const folder = join(process.cwd(), '..', 'shared', 'corpus', 'guestbook', 'manifests');
const story = ['LeaseRenewalFailed', 'NodeNotReady', 'TaintAdded', 'TaintManagerEviction', 'DeletionStarted', 'Created', 'Scheduled'];

/** The guestbook's own manifests, one text. */
function guestbook(): string {
  return readdirSync(folder).sort().map((name) => readFileSync(join(folder, name), 'utf8')).join('\n---\n');
}

async function podsRunning(bench: Bench, count: number): Promise<void> {
  await expect.poll(() => bench.host.kubectl('get pods --field-selector=status.phase=Running -o name').stdout.split('\n').filter((line) => line !== '').length, { timeout: 30_000 }).toBe(count);
}

/** The worker that runs most of the guestbook. */
function busiest(bench: Bench): string {
  const places = bench.host.kubectl(['get', 'pods', '-o', 'jsonpath={range .items[*]}{.spec.nodeName}{"\\n"}{end}']).stdout.split('\n').filter((name) => name !== '');
  const count = (name: string): number => places.filter((place) => place === name).length;
  return [...new Set(places)].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))[0] ?? '';
}

async function evictedAndReplaced(bench: Bench, machine: string): Promise<void> {
  bench.host.ctl('advance --seconds 400');
  expect(bench.host.kubectl(['get', 'node', machine, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']).stdout).toBe('Unknown');
  const elsewhere = bench.host.kubectl(['get', 'pods', '-o', `jsonpath={range .items[?(@.spec.nodeName!="${machine}")]}{.status.phase}{"\\n"}{end}`]).stdout;
  expect(elsewhere.split('\n').filter((phase) => phase === 'Running')).toHaveLength(6);
}

test.describe('a machine is lost', () => {
  test.use({ hostOptions: '--speed 60' });

  test('by pointer', async ({ bench, page }) => {
    await bench.apply(guestbook());
    await podsRunning(bench, 6);
    const machine = busiest(bench);
    await bench.drag(bench.machine(machine), bench.drop('unplug'));
    await expect.poll(() => bench.host.kubectl(['get', 'node', machine, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']).stdout, { timeout: 30_000 }).toBe('Unknown');
    await evictedAndReplaced(bench, machine);
    await bench.open('Event log');
    const chain = await bench.whyChain('Scheduled', /default\//);
    expect(chain.filter((reason) => story.includes(reason))).toEqual(story);
    expect(chain[1]).toBe('MachineUnplugged');
    await bench.drag(bench.machine(machine), page.locator('[data-drop="rack"]').first());
    await expect.poll(() => bench.host.kubectl(['get', 'node', machine, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']).stdout, { timeout: 30_000 }).toBe('True');
  });

  test('by keyboard alone', async ({ bench, page }) => {
    bench.host.kubectl(['apply', '-f', folder]);
    await podsRunning(bench, 6);
    const machine = busiest(bench);
    await page.keyboard.press('Escape');
    await tabTo(page, 'Table');
    await page.keyboard.press('Enter');
    await tabTo(page, `Actions for ${machine}`);
    await page.keyboard.press('Enter');
    await downTo(page, 'Unplug network cable');
    await page.keyboard.press('Enter');
    await expect.poll(() => bench.host.kubectl(['get', 'node', machine, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']).stdout, { timeout: 30_000 }).toBe('Unknown');
    await evictedAndReplaced(bench, machine);
    await tabTo(page, `Actions for ${machine}`);
    await page.keyboard.press('Enter');
    await downTo(page, 'Plug back in');
    await page.keyboard.press('Enter');
    await expect.poll(() => bench.host.kubectl(['get', 'node', machine, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']).stdout, { timeout: 30_000 }).toBe('True');
  });
});

type Page = Parameters<Parameters<typeof test>[2]>[0]['page'];

const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const focused = document.activeElement;
    return focused?.getAttribute('aria-label') ?? focused?.textContent ?? '';
  });

/** Presses Tab until the focus is on what has that name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 300; presses++) {
    await page.keyboard.press('Tab');
    if ((await focusedName(page)).trim() === name) return;
  }
  throw new Error(`Tab never came to "${name}".`);
}

/** Presses ArrowDown in an open menu until that item has the focus. */
async function downTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 30; presses++) {
    if ((await focusedName(page)).trim().startsWith(name)) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`The menu has no "${name}".`);
}
