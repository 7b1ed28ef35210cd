// Builds the desktop app's three parts (main, preload, window) and, as further entries of the first, the headless host and its command line.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'electron-vite';
import react from '@vitejs/plugin-react';
import { objectSpread } from './build/object-spread.mjs';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const alias = { '@': path('./src') };

export default defineConfig({
  main: {
    resolve: { alias },
    plugins: [objectSpread()],
    build: {
      target: 'node20',
      externalizeDeps: true,
      rollupOptions: {
        input: { index: path('./src/main/index.ts'), serve: path('./src/server/serve.ts'), ctl: path('./src/server/ctl.ts') },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: { rollupOptions: { input: { index: path('./src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: path('./src/renderer'),
    resolve: { alias },
    plugins: [react()],
    build: { outDir: path('./out/renderer'), rollupOptions: { input: { index: path('./src/renderer/index.html') } }, chunkSizeWarningLimit: 2000 },
  },
});
