// Every verb of kubectl against the real host, as stories: one file of `stories/` each. `KUBARIUM_WRITE=1` writes what is answered now; read the diff.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serve } from '../host/serve.ts';
import { playStory } from './story.ts';

const folder = join(process.cwd(), 'e2e', 'kubectl', 'stories');

test.each(readdirSync(folder).sort())('%s', async (name) => {
  const file = join(folder, name);
  const story = readFileSync(file, 'utf8');
  const host = await serve('--no-window --paused');
  try {
    const told = playStory(host, story);
    if (process.env.KUBARIUM_WRITE) writeFileSync(file, told);
    else expect(told).toBe(story);
  } finally {
    await host.stop();
  }
});
