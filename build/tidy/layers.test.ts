// Who may know whom. The ladder of the README, checked; there is no list of exceptions.
import { expect, test } from 'vitest';
import { importsOf, isTest, sourcesIn } from './sources.ts';

const k = 'src/kubernetes';
const software = [`${k}/client`, `${k}/api`, `${k}/apimachinery`, 'src/simulation', 'src/base'];

/** Room → rooms it may import beside itself. The longest room that holds a file is its own. */
const ladder: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/simulation': ['src/base'],
  [`${k}/apimachinery`]: ['src/simulation', 'src/base'],
  [`${k}/api`]: [`${k}/apimachinery`, 'src/simulation', 'src/base'],
  [`${k}/cri-api`]: ['src/simulation', 'src/base'],
  [`${k}/etcd`]: [`${k}/apimachinery`, 'src/simulation', 'src/base'],
  [`${k}/apiserver`]: [`${k}/etcd`, `${k}/api`, `${k}/apimachinery`, 'src/simulation', 'src/base'],
  [`${k}/client`]: [`${k}/api`, `${k}/apimachinery`, 'src/simulation', 'src/base'],
  [`${k}/controllers`]: software,
  [`${k}/scheduler`]: software,
  [`${k}/kubelet`]: [...software, `${k}/cri-api`],
  [`${k}/proxy`]: [...software, `${k}/cri-api`],
  [`${k}/dns`]: software,
  [`${k}/testing`]: [k, 'src/simulation', 'src/base'],
  'src/world': [`${k}/cri-api`, 'src/simulation', 'src/base'],
  'src/cluster': [k, 'src/world', 'src/simulation', 'src/base'],
  'src/curriculum': ['src/cluster', `${k}/api`, 'src/base'],
  'src/contract': [`${k}/api`, 'src/simulation', 'src/base'],
  'src/host': ['src/curriculum', 'src/cluster', 'src/contract', 'src/simulation', `${k}/api`, `${k}/apimachinery`, `${k}/apiserver/endpoints`, 'src/base'],
  'src/main': ['src/host', 'src/contract', 'src/base'],
  'src/server': ['src/host', 'src/contract', 'src/base'],
  'src/preload': ['src/contract'],
  'src/renderer': ['src/contract', `${k}/api`, `${k}/apimachinery`, 'src/base'],
};

const within = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);
const rooms = Object.keys(ladder).sort((a, b) => b.length - a.length);
const roomOf = (path: string): string | undefined => rooms.find((room) => within(path, room));

/** Folders of things of one kind: no thing imports another of its kind. */
const kinds = [`${k}/controllers`, `${k}/scheduler/plugins`, `${k}/apiserver/admission`, 'src/world/images', 'src/world/faults', 'src/renderer/canvas/layers', 'src/renderer/canvas/gestures', 'src/renderer/panels'];
const shared = new Set(['lib', 'testing']);

const sources = sourcesIn('src').filter(({ path }) => !isTest(path));

test('every file stands in a room of the ladder', () => {
  expect(sources.filter(({ path }) => roomOf(path) === undefined).map(({ path }) => path)).toEqual([]);
});

test('a room imports only from the rooms on its line', () => {
  const broken: string[] = [];
  for (const source of sources) {
    const room = roomOf(source.path) ?? '';
    for (const { target } of importsOf(source)) {
      if (!target.startsWith('src/') || within(target, room)) continue;
      if (!(ladder[room] ?? []).some((allowed) => within(target, allowed))) broken.push(`${source.path} imports ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('a thing of a kind never imports another of its kind', () => {
  const broken: string[] = [];
  for (const source of sources) {
    for (const kind of kinds) {
      if (!within(source.path, kind)) continue;
      const own = source.path.slice(kind.length + 1).split('/');
      if (own.length < 2 || shared.has(own[0] ?? '')) continue;
      for (const { target, isType } of importsOf(source)) {
        const other = within(target, kind) ? target.slice(kind.length + 1).split('/') : [];
        if (!isType && other.length > 1 && other[0] !== own[0] && !shared.has(other[0] ?? '')) broken.push(`${source.path} imports ${target}`);
      }
    }
  }
  expect(broken).toEqual([]);
});

test('only hosts use Node and Electron, and only the renderer draws', () => {
  const nodeRooms = ['src/host/gateway', 'src/host/files', 'src/main', 'src/server', 'src/host/host.ts', 'src/host/runner.ts'];
  const engineLibraries = new Set(['yaml', 'zod']);
  const broken: string[] = [];
  for (const source of sources) {
    if (within(source.path, 'src/renderer')) continue;
    for (const { target } of importsOf(source)) {
      if (target.startsWith('src/') || target.endsWith('.json')) continue;
      if (target === 'electron') {
        if (!within(source.path, 'src/main') && !within(source.path, 'src/preload')) broken.push(`${source.path} imports electron`);
      } else if (!engineLibraries.has(target) && !nodeRooms.some((room) => within(source.path, room))) broken.push(`${source.path} imports ${target}`);
    }
  }
  expect(broken).toEqual([]);
});

test('testing rooms are imported by tests alone', () => {
  const broken = sources.flatMap((source) => importsOf(source).filter(({ target }) => target.includes('/testing/')).map(({ target }) => `${source.path} imports ${target}`));
  expect(broken).toEqual([]);
});

test('the preload script stays under 40 lines', () => {
  expect(sourcesIn('src/preload').map(({ lines }) => lines.length).every((count) => count < 40)).toBe(true);
});
