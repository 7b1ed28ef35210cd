// Names, headers and bans: what every file must have and none may contain.
import { expect, test } from 'vitest';
import { isTest, sourcesIn } from './sources.ts';

const sources = sourcesIn('src', 'build', 'e2e');
const engine = sources.filter(({ path }) => /^src\/(base|simulation|kubernetes|world|cluster|curriculum|contract|host\/session|host\/feed)\//.test(path) && !isTest(path));
const where = (found: readonly { readonly path: string }[]): string[] => found.map(({ path }) => path);

/** Lines that match, without comments, strings kept: enough for bans of identifiers. */
function linesWith(pattern: RegExp, among = sources): string[] {
  return among.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => (pattern.test(line.replace(/\/\/.*$/, '').replace(/^\s*\*.*$/, '')) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
  );
}

test('every file opens by saying what it is for', () => {
  expect(where(sources.filter(({ lines, path }) => !path.endsWith('.d.ts') && !/^(\/\/|\/\*|#!)/.test(lines[0] ?? '')))).toEqual([]);
});

test('names are whole words in kebab-case', () => {
  const bad = sources.filter(({ path }) => path.split('/').some((part) => !/^[a-z0-9.-]+$/.test(part) || /^(utils?|helpers?|misc|common|manager)$/.test(part.replace(/\.[a-z.]+$/, ''))));
  expect(where(bad)).toEqual([]);
});

test('the engine has no clock, chance or host of its own', () => {
  const bans = /(?<![.\w])(Date\.now|new Date\b|Math\.random|localeCompare|Intl\.|setTimeout|setInterval|setImmediate|queueMicrotask|console\.|process\.env|new Promise\b|async function|await )/;
  expect(linesWith(bans, engine)).toEqual([]);
});

test('no test is skipped, repeated or left alone', () => {
  const tests = sources.filter(({ path }) => isTest(path) || path.startsWith('e2e/')).filter(({ path }) => !path.startsWith('build/tidy/'));
  expect(linesWith(/\b(it|test|describe)\.(only|todo|fails)\b|retries:\s*[1-9]|waitForTimeout/, tests)).toEqual([]);
});

test('no rule is switched off in place', () => {
  expect(linesWith(/@ts-(ignore|nocheck|expect-error)|eslint-disable/).filter((line) => !line.startsWith('build/tidy/'))).toEqual([]);
});

test('no code is left for later', () => {
  const marks = new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|${['XX', 'X'].join('')})\\b`);
  expect(sources.flatMap(({ path, lines }) => lines.flatMap((line, i) => (marks.test(line) ? [`${path}:${i + 1}`] : [])))).toEqual([]);
});

test('files stay small enough to have one subject', () => {
  expect(sources.filter(({ lines }) => lines.length > 600).map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
});
