// Shell patterns: `*`, `?`, `[a-z]`, matched against texts and against file names.
import type { FileTree } from '@/kubernetes/cri-api/files.ts';
import { resolvePath } from '../../volumes/memory-tree.ts';

/** A regular expression for a pattern; `\` quotes the next character. `crossesSlash`: `*` also matches `/`, as in `case`. */
export function patternToRegExp(
  pattern: string,
  options: { readonly isWhole?: boolean; readonly isGreedy?: boolean; readonly crossesSlash?: boolean } = {},
): RegExp {
  const { isWhole = true, isGreedy = true, crossesSlash = true } = options;
  const any = crossesSlash ? '[\\s\\S]' : '[^/]';
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern.charAt(at);
    if (c === '\\') source += literal(pattern.charAt(++at));
    else if (c === '*') source += `${any}*${isGreedy ? '' : '?'}`;
    else if (c === '?') source += any;
    else if (c === '[') {
      const end = pattern.indexOf(']', at + (/^\[[!^]?\]/.test(pattern.slice(at)) ? 3 : 1));
      if (end < 0) source += '\\[';
      else {
        source += `[${classBody(pattern.slice(at + 1, end))}]`;
        at = end;
      }
    } else source += literal(c);
  }
  return new RegExp(isWhole ? `^${source}$` : source);
}

const classes: Readonly<Record<string, string>> = {
  '[:alpha:]': 'a-zA-Z',
  '[:digit:]': '0-9',
  '[:alnum:]': 'a-zA-Z0-9',
  '[:space:]': '\\s',
  '[:upper:]': 'A-Z',
  '[:lower:]': 'a-z',
  '[:punct:]': '!-\\/:-@\\[-`{-~',
  '[:blank:]': ' \\t',
  '[:xdigit:]': '0-9A-Fa-f',
};

/** POSIX character classes in the words of JavaScript. */
export function expandClasses(text: string): string {
  return text.replace(/\[:\w+:\]/g, (name) => classes[name] ?? name);
}

function classBody(body: string): string {
  return expandClasses(body)
    .replace(/^[!^]/, '^')
    .replace(/(?<!^)\^/g, '\\^')
    .replace(/\]/g, '\\]');
}

function literal(c: string): string {
  return /[.*+?^${}()|[\]\\/]/.test(c) ? `\\${c}` : c;
}

/** Makes text that matches itself alone. */
export function quotePattern(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}

/** The files a pattern names, sorted; empty when there are none. */
export function expandPaths(files: FileTree, directory: string, pattern: string): string[] {
  const isAbsolute = pattern.startsWith('/');
  let found = [''];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const next: string[] = [];
    for (const prefix of found) {
      const base = isAbsolute ? prefix || '/' : resolvePath(directory, prefix || '.');
      const join = (name: string): string => (prefix === '' && !isAbsolute ? name : `${prefix}/${name}`);
      if (!/[*?[]/.test(part)) {
        const name = part.replace(/\\(.)/g, '$1');
        if (files.stat(resolvePath(base, name))) next.push(join(name));
        continue;
      }
      const matcher = patternToRegExp(part);
      for (const name of files.list(base) ?? [])
        if (matcher.test(name) && (!name.startsWith('.') || part.startsWith('.'))) next.push(join(name));
    }
    found = next;
  }
  return found.filter((path) => path !== '');
}
