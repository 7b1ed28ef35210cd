// Requests of the user outside: who answers them, the account of one that was answered, and of one that was not.
import { expect, test } from './bench.ts';

test('traffic reaches every backend, and each request has its account', async ({ bench, page }) => {
  await page.getByRole('button', { name: 'A frontend and its store' }).click();
  await expect.poll(() => bench.host.kubectl('get deployment frontend').exit).toBe(0);
  bench.host.kubectl('wait deployment/frontend --for=condition=Available --timeout=60s');
  // kube-proxy writes its rules at most once a second: until then the new endpoints are not known everywhere.
  bench.host.ctl('advance --seconds 3');
  await bench.open('Services');
  await page.getByRole('button', { name: 'Start traffic to frontend' }).click();
  const card = page.getByRole('region', { name: 'frontend', exact: true });
  await expect(card.locator('.backend')).toHaveCount(3);
  await expect(card.locator('.is-failed')).toHaveCount(0);

  await page.locator('.request[data-outcome="ok"]').first().click();
  const account = page.getByRole('region', { name: /^Account of request/ });
  await expect(account).toContainText('answered');
  await expect(account.locator('[data-hop="rule"]')).toContainText(/NodePort .* goes to 10\.244\.\d+\.\d+:\d+ \(Pod\/default\/frontend-/);

  bench.host.kubectl('scale deployment/frontend --replicas=0');
  await page.locator('.request[data-outcome="refused"]').first().click({ timeout: 30_000 });
  await expect(account).toContainText('refused');
  await expect(account.locator('[data-hop="refuse"]')).toContainText('has no ready backend');

  await page.getByRole('button', { name: 'Stop traffic to frontend' }).click();
  await expect(page.getByRole('button', { name: 'Start traffic to frontend' })).toBeVisible();
});
