// Any bytes come out of their text as they went in, however they were cut.
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { bytesOfText, textOfBytes } from './byte-text.ts';

test('any bytes survive, in one piece or in several', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
      const text = pieces.map((piece) => textOfBytes(piece)).join('');
      expect([...bytesOfText(text)]).toEqual(pieces.flatMap((piece) => [...piece]));
    }),
  );
});

test('what is UTF-8 is read as such', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(textOfBytes(new TextEncoder().encode(text))).toBe(text);
    }),
  );
});
