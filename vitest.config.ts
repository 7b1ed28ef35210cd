// One runner, three projects: the code's own tests, the engine and its hosts in Node, the window in happy-dom.
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';

const alias = { '@': fileURLToPath(new URL('./src', import.meta.url)) };

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      { resolve: { alias }, test: { name: 'tidy', include: ['build/tidy/**/*.test.ts'], environment: 'node' } },
      { resolve: { alias }, test: { name: 'unit', include: ['src/**/*.test.ts'], exclude: ['src/renderer/**'], environment: 'node', testTimeout: 30_000, hookTimeout: 30_000 } },
      { resolve: { alias }, test: { name: 'wire', include: ['e2e/{kubectl,host,replay}/**/*.test.ts'], environment: 'node', testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false } },
      { resolve: { alias }, test: { name: 'window', include: ['src/renderer/**/*.test.{ts,tsx}'], environment: 'happy-dom' } },
    ],
  },
});
