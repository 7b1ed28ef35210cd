// The protocol of Redis, as text: what clients ask and what servers answer.

/** An answer. */
export type Reply = string | number | null | readonly Reply[] | { readonly status: string } | { readonly error: string };

export function encodeCommand(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

export function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if ('status' in reply) return `+${reply.status}\r\n`;
  if ('error' in reply) return `-${reply.error}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

class Cursor {
  at = 0;
  constructor(readonly text: string) {}

  line(): string {
    const end = this.text.indexOf('\n', this.at);
    const line = this.text.slice(this.at, end < 0 ? undefined : end).replace(/\r$/, '');
    this.at = end < 0 ? this.text.length : end + 1;
    return line;
  }

  bulk(length: number): string {
    const text = this.text.slice(this.at, this.at + length);
    this.at += length + (this.text.charAt(this.at + length) === '\r' ? 2 : 1);
    return text;
  }
}

/** The commands in a piece of text: in the protocol's form or as typed lines. */
export function parseCommands(text: string): string[][] {
  const cursor = new Cursor(text);
  const commands: string[][] = [];
  while (cursor.at < text.length) {
    const line = cursor.line();
    if (!line.startsWith('*')) {
      const words = line
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '');
      if (words.length > 0) commands.push(words);
      continue;
    }
    const words: string[] = [];
    for (let count = Number(line.slice(1)); count > 0 && cursor.at < text.length; count--)
      words.push(cursor.bulk(Number(cursor.line().slice(1))));
    if (words.length > 0) commands.push(words);
  }
  return commands;
}

export function parseReply(text: string): Reply {
  return readReply(new Cursor(text));
}

function readReply(cursor: Cursor): Reply {
  const line = cursor.line();
  const rest = line.slice(1);
  switch (line.charAt(0)) {
    case '+':
      return { status: rest };
    case '-':
      return { error: rest };
    case ':':
      return Number(rest);
    case '$':
      return rest === '-1' ? null : cursor.bulk(Number(rest));
    case '*': {
      if (rest === '-1') return null;
      const items: Reply[] = [];
      for (let count = Number(rest); count > 0; count--) items.push(readReply(cursor));
      return items;
    }
    default:
      return { error: `ERR bad reply ${JSON.stringify(line)}` };
  }
}

/** A reply as redis-cli prints it. */
export function replyText(reply: Reply, isRaw: boolean): string {
  if (reply === null) return isRaw ? '' : '(nil)';
  if (typeof reply === 'number') return isRaw ? String(reply) : `(integer) ${reply}`;
  if (typeof reply === 'string') return isRaw ? reply : `"${reply}"`;
  if ('status' in reply) return reply.status;
  if ('error' in reply) return isRaw ? reply.error : `(error) ${reply.error}`;
  if (reply.length === 0) return isRaw ? '' : '(empty array)';
  return reply.map((item, at) => (isRaw ? replyText(item, true) : `${at + 1}) ${replyText(item, false)}`)).join('\n');
}
