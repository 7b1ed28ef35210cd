// Files: whole or not at all, for their owner alone, and nothing left behind by a refusal.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultKubeconfig, LineFile, readIfThere, writePrivate } from './places.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('a private file is its owner’s, in folders made for it', () => {
  const path = join(folder, 'a', 'b', 'file');
  writePrivate(path, 'one');
  writePrivate(path, 'two');
  expect([readFileSync(path, 'utf8'), modeOf(path), modeOf(join(folder, 'a')), readdirSync(join(folder, 'a', 'b'))]).toEqual(['two', '600', '700', ['file']]);
});

test('a link is followed, not replaced', () => {
  writeFileSync(join(folder, 'real'), 'old');
  symlinkSync(join(folder, 'real'), join(folder, 'link'));
  writePrivate(join(folder, 'link'), 'new');
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
});

test('what cannot be written leaves nothing behind', () => {
  mkdirSync(join(folder, 'taken'));
  expect(() => writePrivate(join(folder, 'taken'), 'text')).toThrow();
  expect(readdirSync(folder)).toEqual(['taken']);
  writeFileSync(join(folder, 'file'), '');
  expect(() => writePrivate(join(folder, 'file', 'below'), 'text')).toThrow();
  expect(readdirSync(folder)).toEqual(['file', 'taken']);
});

test('a line file is new, grows, and can be taken back with the folders made for it', () => {
  const path = join(folder, 'x', 'y', 'lines');
  const lines = new LineFile(path);
  lines.append('one\n');
  expect(() => new LineFile(path)).toThrow(expect.objectContaining({ code: 'EEXIST' }) as Error);
  lines.append('two\n');
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['one\ntwo\n', '600']);
  lines.discard();
  expect(existsSync(join(folder, 'x'))).toBe(false);
});

test('a file that is not there has no text; one that cannot be read is an error', () => {
  expect(readIfThere(join(folder, 'none'))).toBeUndefined();
  expect(() => readIfThere(folder)).toThrow();
});

test('each API port has a kubeconfig of its own', () => {
  expect(defaultKubeconfig(1)).not.toBe(defaultKubeconfig(2));
});
