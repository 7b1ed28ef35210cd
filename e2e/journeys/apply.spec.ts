// A manifest goes in by the window; what is wrong with its pods is seen there, and what is wrong with a manifest is said there.
import { expect, test, type Bench } from './bench.ts';

const status = (bench: Bench): string => bench.host.kubectl(['get', 'pods', '--no-headers']).stdout;

test('pods that crash, cannot be pulled, or fit nowhere, each say so', async ({ bench, page }) => {
  await page.getByRole('button', { name: 'Three ways to fail' }).click();
  await expect.poll(() => status(bench), { timeout: 60_000 }).toMatch(/CrashLoopBackOff[^]*Pending|Pending[^]*CrashLoopBackOff/);
  expect(status(bench)).toMatch(/ErrImagePull|ImagePullBackOff/);
  await bench.open('Table');
  await page.getByRole('combobox', { name: 'Namespace' }).selectOption('default');
  for (const state of [/CrashLoopBackOff|Error/, /ErrImagePull|ImagePullBackOff/, /Pending/]) await expect(page.getByRole('row').filter({ hasText: state }).first()).toBeVisible();
});

test('a manifest that the API refuses is answered in the words of the API', async ({ bench, page }) => {
  await bench.apply('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: other}}, spec: {containers: [{name: c, image: nginx}]}}}');
  await expect(page.getByText(/`selector` does not match template `labels`/)).toBeVisible();
});

test('an image that is not modelled says so where the pod is looked at', async ({ bench, page }) => {
  bench.host.kubectl('run board --image=grafana/grafana:11.0');
  await expect.poll(() => status(bench), { timeout: 30_000 }).toContain('Running');
  await page.getByRole('combobox', { name: 'Search' }).fill('board');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('not modelled: a generic process stands in for it');
});
