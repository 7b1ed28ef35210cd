// Base64 in both directions, padded, as JSON carries bytes.
import { utf8Bytes } from './utf8.ts';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map([...digits].map((digit, value): [number, number] => [digit.charCodeAt(0), value]));

export function toBase64(bytes: Uint8Array): string {
  // Joined at the end: a text built by appending would be kept as a tree of its pieces.
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out.push(
      digits.charAt(group >> 18),
      digits.charAt((group >> 12) & 63),
      b === undefined ? '=' : digits.charAt((group >> 6) & 63),
      c === undefined ? '=' : digits.charAt(group & 63),
    );
  }
  return out.join('');
}

/** The bytes of a text that is known to be base64; characters that are none are passed over. */
export function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let group = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values.get(text.charCodeAt(i));
    if (value === undefined) continue;
    group = ((group << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (group >> bits) & 0xff;
    }
  }
  return bytes.slice(0, length);
}

/** Standard base64, padded, of the UTF-8 form of a text. */
export function base64OfText(text: string): string {
  return toBase64(utf8Bytes(text));
}

/** The bytes of standard base64, or undefined when the text is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? fromBase64(text) : undefined;
}
