// HTTP/1.1 from real clients, however the wire cuts it.
import { describe, expect, test } from 'vitest';
import { bytesOfText } from '@/base/byte-text.ts';
import { HttpRefusal, HttpRequestReader, responseBytes } from './http-bytes.ts';

function read(text: string, size = text.length): string[] {
  const said: string[] = [];
  const reader = new HttpRequestReader(() => said.push('continue'));
  const bytes = bytesOfText(text);
  try {
    for (let at = 0; at < bytes.length; at += size) {
      reader.push(bytes.subarray(at, at + size));
      for (let one = reader.next(); one; one = reader.next()) said.push(`${one.request.method} ${one.request.path} ${one.request.body}${one.isKeptAlive ? '' : ' close'}`);
    }
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    said.push(`refused ${error.status}`);
  }
  return said;
}

const conversation =
  'GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n' +
  'POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhällo'.slice(0, -1) +
  'PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\na;x=y\r\n0123456789\r\n0\r\ntrailer: 1\r\n\r\n' +
  'GET http://host/d HTTP/1.0\r\n\r\n';

describe('requests', () => {
  test.each([1, 3, 1000])('are read in pieces of %d', (size) => {
    expect(read(conversation, size)).toEqual(['GET /a?b=c ', 'POST /b häll', 'PUT /c abc0123456789', 'GET /d  close']);
  });

  test('that wait for a word get it', () => {
    expect(read('POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx')).toEqual(['continue', 'POST / x']);
  });

  test.each([
    ['hello\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nno colon\r\n\r\n', 400],
    ['POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n', 400],
    ['POST / HTTP/1.1\r\ncontent-length: 1048577\r\n\r\n', 413],
    ['POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n100001\r\n', 413],
    [`GET / HTTP/1.1\r\nx: ${'y'.repeat(70_000)}`, 431],
  ])('that cannot be taken are refused: %s', (text, status) => {
    expect(read(text)).toEqual([`refused ${status}`]);
  });
});

test('answers have the length of their bytes, and none where there may be none', () => {
  const response = { status: 200, headers: { 'content-type': 'text/plain', 'content-length': '1' }, body: 'ä' };
  expect(responseBytes(response, { method: 'GET' }, true)).toBe('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\nconnection: keep-alive\r\n\r\nä');
  expect(responseBytes({ ...response, body: '' }, { method: 'HEAD' }, false)).toMatch(/content-length: 1\r\nconnection: close\r\n\r\n$/);
  expect(responseBytes({ status: 204, headers: {}, body: 'x' }, { method: 'GET' }, false)).toBe('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
});
