// Journeys: a person's session in a real window served by the real headless host. No retries: a journey that fails is a bug.
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const installed = process.env.KUBARIUM_CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);

export default defineConfig({
  testDir: './journeys',
  timeout: 120_000,
  retries: 0,
  workers: 1,
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? '../.cache/reports/playwright.json' }]],
  outputDir: '../.cache/journeys',
  use: {
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: installed,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
    screenshot: 'only-on-failure',
  },
});
