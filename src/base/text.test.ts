// Text as Go writes it, and UTF-8, base64 and JSON text in both directions.
import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { duplicateMembers, parseJsonText, writtenNumber } from './json-text.ts';
import { goJson, goQuote, utf8Length } from './text.ts';
import { utf8Bytes, utf8Text } from './utf8.ts';

const samples = ['', 'plain', 'a"b\\c\n\t\u0001', 'é日本𝒳', '\u2028\u00a0', '<&>'];

it('quotes as Go does', () => {
  expect(samples.map(goQuote)).toEqual(['""', '"plain"', '"a\\"b\\\\c\\n\\t\\x01"', '"é日本𝒳"', '"\\u2028\\u00a0"', '"<&>"']);
  expect(goJson({ a: '<&>' })).toBe('{"a":"\\u003c\\u0026\\u003e"}');
});

it('takes texts to bytes and back', () => {
  for (const sample of samples) {
    const bytes = utf8Bytes(sample);
    expect([utf8Text(bytes), bytes.length, utf8Text(fromBase64(toBase64(bytes)))]).toEqual([sample, utf8Length(sample), sample]);
  }
  expect(utf8Text(Uint8Array.from([0x61, 0xff, 0xe6, 0x97, 0x62]))).toBe('a\uFFFD\uFFFD\uFFFDb');
});

it('reads JSON with what JSON.parse forgets', () => {
  const value = parseJsonText(
    ' {"a": 1.0, "b": {"c": [1, {"d": 1, "d": 2}]}, "a": 1e2, "__proto__": 3, "s": "\\u00e9\\ud83d\\ude00\\ud800"} ',
  );
  expect(value).toEqual(JSON.parse('{"a":100,"b":{"c":[1,{"d":2}]},"__proto__":3,"s":"é😀\uFFFD"}'));
  expect([duplicateMembers(value), writtenNumber(value as object, 'a')]).toEqual([['b.c[1].d', 'a'], '1e2']);
});

it('complains about JSON as Go does', () => {
  const complaint = (text: string): string => {
    try {
      return String(parseJsonText(text));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(['', '{', 'nope', '{} x', '{a}', '[1 2]', '{"a" 1}', '"\n"', '01', '1.x', '"\\q"', '{"a":1,}'].map(complaint)).toEqual([
    'unexpected end of JSON input',
    'unexpected end of JSON input',
    "invalid character 'o' in literal null (expecting 'u')",
    "invalid character 'x' after top-level value",
    "invalid character 'a' looking for beginning of object key string",
    "invalid character '2' after array element",
    "invalid character '1' after object key",
    "invalid character '\\n' in string literal",
    "invalid character '1' after top-level value",
    "invalid character 'x' after decimal point in numeric literal",
    "invalid character 'q' in string escape code",
    "invalid character '}' looking for beginning of object key string",
  ]);
});
