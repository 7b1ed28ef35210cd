// Languages: the same keys with the same gaps, and no words in components.
import ts from 'typescript';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-cn.ts';

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${path}${key}`, value] as const] : leaves(value, `${path}${key}.`),
  );
}

const placeholders = (text: string): readonly string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]!).sort();

test('both languages have the same keys, every one with words', () => {
  expect(leaves(zhCN).map(([key]) => key)).toEqual(leaves(en).map(([key]) => key));
  expect([...leaves(en), ...leaves(zhCN)].filter(([, text]) => text.trim() === '')).toEqual([]);
});

test('both languages fill in the same names and numbers', () => {
  const chinese = new Map(leaves(zhCN));
  const plural = (key: string): boolean => key.endsWith('_one') || key.endsWith('_other');
  const different = leaves(en).filter(
    ([key, text]) => !plural(key) && placeholders(text).join() !== placeholders(chinese.get(key) ?? '').join(),
  );
  expect(different.map(([key]) => key)).toEqual([]);
});

test('nothing was left in English', () => {
  const untranslated = /^(Kubarium|Ready|NotReady|CPU|Pod|Pod IP|YAML|Cluster IP|API|kubelet|DNS|Service)$/;
  const english = new Map(leaves(en));
  const same = leaves(zhCN).filter(([key, text]) => english.get(key) === text && /[a-z]{2}/i.test(text) && !untranslated.test(text));
  expect(same).toEqual([]);
});

const components = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.tsx', '!../testing/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

const spokenAttributes = new Set(['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label']);

/** Words that stand in a component instead of in a language. */
function literals(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && /[\p{Letter}]{2}/u.test(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && spokenAttributes.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer))
      found.push(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter((text) => text !== '' && text !== 'export KUBECONFIG=');
}

test('no words stand in components', () => {
  const found = Object.entries(components).flatMap(([path, text]) => literals(path, text).map((word) => `${path}: ${word}`));
  expect(Object.keys(components).length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
