// Nothing serious for who uses the window without seeing it, or without seeing it well: every panel, both languages, both themes, and a small screen.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Bench } from './bench.ts';

const panels = ['Explorer', 'Table', 'Services', 'Event log', 'Apply manifest'];

/** What axe finds that keeps somebody out, as `rule: where`. */
async function barriers({ page }: Bench): Promise<string[]> {
  // A colour on its way from one ink to another is none of the theme's: it is looked at when it has arrived.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().flatMap((one) => (one instanceof CSSTransition ? one.finished : []))));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

test.describe('who cannot see the picture', () => {
  test.use({ hostOptions: '--topology one-machine --paused' });

  test('meets no barrier in any panel, by day and by night', async ({ bench, page }) => {
    for (const panel of panels) {
      await bench.open(panel);
      expect(await barriers(bench), panel).toEqual([]);
      await bench.open(panel);
    }
    await page.getByRole('combobox', { name: 'Search' }).fill('worker-1');
    await page.keyboard.press('Enter');
    for (const tab of ['Summary', 'YAML', 'Events', 'Logs']) {
      await page.getByRole('tab', { name: tab }).click();
      expect(await barriers(bench), tab).toEqual([]);
    }
    await bench.open('Theme');
    await bench.open('Event log');
    expect(await barriers(bench), 'by night').toEqual([]);
  });

  test('meets none in Chinese on a small screen with a menu open', async ({ bench, page }) => {
    await page.setViewportSize({ width: 1024, height: 700 });
    await page.getByRole('combobox', { name: 'Language' }).selectOption({ label: '简体中文' });
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await bench.open('表格');
    await page.getByRole('button', { name: 'worker-1 的操作', exact: true }).click();
    await expect(page.getByRole('menuitem', { name: /拔掉网线/ })).toBeVisible();
    expect(await barriers(bench)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1024);
  });
});
