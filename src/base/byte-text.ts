// Bytes as text without loss: UTF-8 where it is valid, and a lone surrogate (U+DC80 to U+DCFF) for every byte that is part of no character.
// Streams and files of the engine are texts; what goes through them, a tar archive or a protocol, comes out as the same bytes.
import { writeUtf8 } from './utf8.ts';

const chunk = 4096;
const escape = 0xdc00;

/** How many bytes the character that begins at `at` has, or 0 when none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let k = 1; k < length; k++) if (((bytes[at + k] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  const isBad = (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) || (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f);
  return isBad ? 0 : length;
}

/** The text of any bytes. */
export function textOfBytes(bytes: Uint8Array): string {
  const out: string[] = [];
  let units: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = characterLength(bytes, at);
    if (length <= 1) units.push(length === 1 ? first : escape | first);
    else {
      let point = first & (0xff >> (length + 1));
      for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[at + k] ?? 0) & 0x3f);
      if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
      else units.push(point);
    }
    at += length || 1;
    if (units.length >= chunk) {
      out.push(String.fromCharCode(...units));
      units = [];
    }
  }
  out.push(String.fromCharCode(...units));
  return out.join('');
}

/** The bytes of such a text. */
export function bytesOfText(text: string): Uint8Array {
  const room = new Uint8Array(text.length * 3);
  let end = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(at + 1))) at++;
    else if (unit >= 0xdc80 && unit <= 0xdcff) {
      end = writeUtf8(text.slice(start, at), room, end);
      room[end++] = unit & 0xff;
      start = at + 1;
    }
  }
  return room.slice(0, writeUtf8(text.slice(start), room, end));
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
