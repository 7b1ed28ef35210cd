// UTF-8 in both directions, for wire formats: the engine has no TextEncoder.

/** Writes `text` into `into` from `at` on and gives the position after it; a lone surrogate becomes U+FFFD. */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      into[at++] = point;
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = text.charCodeAt(i + 1);
      if (point < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else point = 0xfffd;
    }
    if (point < 0x800) into[at++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x10000) into[at++] = 0xe0 | (point >> 12);
      else {
        into[at++] = 0xf0 | (point >> 18);
        into[at++] = 0x80 | ((point >> 12) & 0x3f);
      }
      into[at++] = 0x80 | ((point >> 6) & 0x3f);
    }
    into[at++] = 0x80 | (point & 0x3f);
  }
  return at;
}

/** The UTF-8 bytes of `text`. */
export function utf8Bytes(text: string): Uint8Array {
  const room = new Uint8Array(text.length * 3);
  return room.slice(0, writeUtf8(text, room, 0));
}

const chunk = 4096;

/** The text of bytes `start` to `end`; a byte that begins no character becomes U+FFFD. */
export function utf8Text(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let out = '';
  let units: number[] = [];
  for (let i = start; i < end;) {
    const first = bytes[i] ?? 0;
    if (first < 0x80) {
      units.push(first);
      i++;
    } else {
      const length =
        first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
      let point = length === 0 || i + length > end ? -1 : first & (0xff >> (length + 1));
      for (let k = 1; k < length && point >= 0; k++) {
        const next = bytes[i + k] ?? 0;
        point = (next & 0xc0) === 0x80 ? (point << 6) | (next & 0x3f) : -1;
      }
      const least = length === 4 ? 0x10000 : length === 3 ? 0x800 : 0x80;
      if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
        units.push(0xfffd);
        i++;
      } else {
        if (point > 0xffff) units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
        else units.push(point);
        i += length;
      }
    }
    if (units.length >= chunk) {
      out += String.fromCharCode(...units);
      units = [];
    }
  }
  return out + String.fromCharCode(...units);
}
