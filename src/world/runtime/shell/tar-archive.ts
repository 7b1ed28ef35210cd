// Tar archives as bytes: ustar as POSIX has it, with the longer names of pax and GNU when reading.
import { bytesOfText, textOfBytes } from '@/base/byte-text.ts';

const block = 512;

export interface ArchiveEntry {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly mode: number;
  readonly content: string;
}

/** What cannot be read as an archive; a sentence. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

function put(header: Uint8Array, at: number, text: string, length: number): void {
  header.set(bytesOfText(text).subarray(0, length), at);
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** A name of more than 100 bytes is cut at a slash between the two fields for it. */
function splitName(name: string): { readonly prefix: string; readonly rest: string } {
  if (bytesOfText(name).length <= 100) return { prefix: '', rest: name };
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1))
    if (bytesOfText(name.slice(at + 1)).length <= 100 && bytesOfText(name.slice(0, at)).length <= 155) return { prefix: name.slice(0, at), rest: name.slice(at + 1) };
  throw new ArchiveError(`${name}: file name is too long`);
}

/** One entry as blocks. */
export function entryBytes(entry: ArchiveEntry, seconds: number): Uint8Array {
  const body = entry.isDirectory ? new Uint8Array() : bytesOfText(entry.content);
  const bytes = new Uint8Array(block + Math.ceil(body.length / block) * block);
  const { prefix, rest } = splitName(entry.isDirectory && !entry.name.endsWith('/') ? `${entry.name}/` : entry.name);
  put(bytes, 0, rest, 100);
  put(bytes, 100, `${octal(entry.mode & 0o7777, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 24);
  put(bytes, 124, `${octal(body.length, 11)}\0${octal(seconds, 11)}\0`, 24);
  put(bytes, 148, ' '.repeat(8), 8);
  put(bytes, 156, entry.isDirectory ? '5' : '0', 1);
  put(bytes, 257, 'ustar\x0000root', 12);
  put(bytes, 297, 'root', 4);
  put(bytes, 345, prefix, 155);
  put(bytes, 148, `${octal(bytes.subarray(0, block).reduce((sum, byte) => sum + byte, 0), 6)}\0 `, 8);
  bytes.set(body, block);
  return bytes;
}

/** What stands at the end of every archive. */
export const archiveEnd = (): Uint8Array => new Uint8Array(2 * block);

/** Reads an archive in order. Throws {@link ArchiveError}. */
export function* readArchive(bytes: Uint8Array): Generator<ArchiveEntry> {
  let longName: string | undefined;
  for (let at = 0; at + block <= bytes.length; ) {
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    const size = parseInt(field(header, 124, 12).trim() || '0', 8);
    const type = field(header, 156, 1);
    if (Number.isNaN(size) || !isSummed(header)) throw new ArchiveError('invalid tar magic');
    const body = bytes.subarray(at + block, at + block + size);
    if (body.length < size) throw new ArchiveError('short read');
    at += block + Math.ceil(size / block) * block;
    if (type === 'x') longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(textOfBytes(body))?.[1] ?? longName;
    else if (type === 'L') longName = textOfBytes(body).replace(/\0.*$/s, '');
    else if (type !== 'g') {
      const prefix = field(header, 257, 5) === 'ustar' ? field(header, 345, 155) : '';
      const name = longName ?? (prefix === '' ? '' : `${prefix}/`) + field(header, 0, 100);
      longName = undefined;
      const isDirectory = type === '5' || name.endsWith('/');
      if (isDirectory || type === '0' || type === '' || type === '7')
        yield { name, isDirectory, mode: parseInt(field(header, 100, 8), 8) || 0o644, content: textOfBytes(body) };
    }
  }
}

function field(header: Uint8Array, at: number, length: number): string {
  const raw = header.subarray(at, at + length);
  const end = raw.indexOf(0);
  return textOfBytes(end < 0 ? raw : raw.subarray(0, end));
}

function isSummed(header: Uint8Array): boolean {
  let sum = 0;
  for (let at = 0; at < block; at++) sum += at >= 148 && at < 156 ? 32 : (header[at] ?? 0);
  return sum === parseInt(field(header, 148, 8).trim(), 8);
}
