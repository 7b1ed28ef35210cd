// What journeys share: a host of their own with the window open on it, and hands for the bench.
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { serve, type Served } from '../host/serve.ts';

interface Fixtures {
  /** Options for the host; a journey that wants others sets them with `test.use`. */
  readonly hostOptions: string;
  readonly host: Served;
  readonly bench: Bench;
}

/** The window as a person uses it. */
export class Bench {
  constructor(
    readonly page: Page,
    readonly host: Served,
  ) {}

  /** The spot on the bench that stands for a machine, a pod or a drop place. */
  machine(name: string): Locator {
    return this.page.locator(`[data-machine="${name}"]`).first();
  }

  drop(place: string): Locator {
    return this.page.locator(`[data-drop="${place}"]`).first();
  }

  /** Takes a machine by its handle, or a pod, and lets it go over a place. */
  async drag(from: Locator, to: Locator): Promise<void> {
    const end = await boxOf(to);
    await this.dragTo(from, { x: end.x + end.width / 2, y: end.y + end.height / 2 });
  }

  /** Takes a machine by its handle, or a pod, and lets it go with the pointer there. */
  async dragTo(from: Locator, end: { readonly x: number; readonly y: number }): Promise<void> {
    const start = await boxOf(from);
    const { mouse } = this.page;
    await mouse.move(start.x + 8, start.y + start.height / 2);
    await mouse.down();
    await mouse.move(start.x + 40, start.y + start.height / 2 + 20, { steps: 4 });
    await mouse.move(end.x, end.y, { steps: 8 });
    await mouse.up();
  }

  async open(panel: string): Promise<void> {
    await this.page.getByRole('button', { name: panel, exact: true }).click();
  }

  /** Applies a manifest through the window. */
  async apply(manifest: string): Promise<void> {
    await this.open('Apply manifest');
    await this.page.getByRole('textbox', { name: /manifest/i }).fill(manifest);
    await this.page.getByRole('button', { name: 'Apply', exact: true }).click();
  }

  /** The reasons of the why-chain of the log's last line with that reason about that text, oldest first. */
  async whyChain(reason: string, about: RegExp): Promise<string[]> {
    await this.page.getByRole('searchbox', { name: 'Filter', exact: true }).fill(reason);
    const line = this.page.locator(`.log-line[data-reason="${reason}"]`).filter({ hasText: about }).last();
    await line.click();
    const links = this.page.locator('.why li[data-reason]');
    await expect(links.last()).toBeVisible();
    const reasons = await links.evaluateAll((items) => items.map((item) => item.getAttribute('data-reason') ?? ''));
    return reasons.reverse();
  }
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await expect(locator).toBeVisible();
  const box = await locator.boundingBox();
  if (!box) throw new Error('It is not on the screen.');
  return box;
}

export const test = base.extend<Fixtures>({
  hostOptions: ['--speed 1', { option: true }],
  host: async ({ hostOptions }, use) => {
    const host = await serve(hostOptions);
    await use(host);
    await host.stop();
  },
  bench: async ({ page, host }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(host.ready.url);
    await expect(page.getByRole('application', { name: 'Bench' })).toBeVisible();
    await use(new Bench(page, host));
    expect(complaints).toEqual([]);
  },
});

export { expect };
