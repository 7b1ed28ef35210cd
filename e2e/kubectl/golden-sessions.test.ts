// Whole sessions of kubectl recorded from a real cluster, played against our host: every answer compared, the score printed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, type Served } from '../host/serve.ts';
import { play, type Played, type Session } from './golden/session.ts';

const folder = resolve(process.cwd(), '..', 'shared', 'golden', 'apiserver', 'kubectl');
/** Of the commands that need only what is served, so many must answer the same to the letter. */
const floor = 95;

if (!existsSync(folder)) {
  test.skipIf(process.env.CI !== 'true')('golden cases not found', () => expect.fail(`There is no folder ${folder}.`));
} else {
  describe('recorded sessions of kubectl', () => {
    let host: Served;
    const played: Played[] = [];
    beforeAll(async () => {
      host = await serve('--no-window --paused --start now --topology one-machine');
    });
    afterAll(() => host.stop());

    test.each(readdirSync(folder).sort())('%s', async (file) => {
      const results = await play(host, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Session);
      played.push(...results);
      expect(results.length).toBeGreaterThan(0);
    });

    test(`at least ${floor} % of what is served is the same`, () => {
      const count = (outcome: Played['outcome']): number => played.filter((one) => one.outcome === outcome).length;
      const percent = (100 * count('same')) / (count('same') + count('different'));
      const lines = played.filter(({ outcome }) => outcome !== 'same').map(({ name, outcome, details }) => `${outcome}: ${name}\n  ${details.replaceAll('\n', '\n  ')}`);
      process.stdout.write(`kubectl sessions: ${count('same')} same, ${count('different')} different, ${count('unserved')} unserved (${percent.toFixed(1)} %)\n`);
      if (process.env.KUBARIUM_VERBOSE || percent < floor) process.stdout.write(`${lines.join('\n')}\n`);
      expect(percent).toBeGreaterThanOrEqual(floor);
    });
  });
}
