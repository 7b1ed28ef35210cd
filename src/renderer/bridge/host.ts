// The window's only way to the host: commands down, questions down, the feed up. What carries it is a wire.
import type { CommandInput, CommandName, QueryName, QueryParameters, Receipt } from '@/contract/commands/commands.ts';
import type { QueryAnswers } from '@/contract/commands/answers.ts';
import type { FeedMessage, ToHost, ToWindow } from '@/contract/feed/feed.ts';
import type { Wire } from './wire.ts';

/** What gestures, panels and menus are handed. */
export interface Host {
  /** Sends a command. Never rejects: a refusal and a lost line are receipts too. */
  send<N extends CommandName>(name: N, parameters: CommandInput<N>): Promise<Receipt>;
  /** Asks. Rejects with the host's sentence when it cannot be answered. */
  query<N extends QueryName>(name: N, parameters: QueryParameters<N>): Promise<QueryAnswers[N]>;
}

/** A {@link Host} at the other end of a {@link Wire}: numbers its requests and matches the replies. */
export class RemoteHost implements Host {
  private nextRequest = 1;
  private readonly waiting = new Map<number, (reply: { ok: boolean; value: unknown }) => void>();

  constructor(
    private readonly wire: Wire,
    listeners: { readonly feed: (message: FeedMessage) => void; readonly link: (isOpen: boolean) => void },
  ) {
    wire.connect({
      message: (message: ToWindow) => {
        if (message.kind !== 'reply') listeners.feed(message);
        else this.settle(message.request, { ok: message.ok, value: message.value });
      },
      open: () => {
        listeners.link(true);
        wire.post({ kind: 'ready' });
      },
      lost: () => {
        listeners.link(false);
        for (const request of [...this.waiting.keys()]) this.settle(request, { ok: false, value: 'The host cannot be reached.' });
      },
    });
  }

  async send<N extends CommandName>(name: N, parameters: CommandInput<N>): Promise<Receipt> {
    const reply = await this.request({ kind: 'command', request: this.nextRequest++, name, parameters });
    if (reply.ok) return reply.value as Receipt;
    return { accepted: false, reason: 'Unreachable', message: sentence(reply.value) };
  }

  async query<N extends QueryName>(name: N, parameters: QueryParameters<N>): Promise<QueryAnswers[N]> {
    const reply = await this.request({ kind: 'query', request: this.nextRequest++, name, parameters });
    if (!reply.ok) throw new Error(sentence(reply.value));
    return reply.value as QueryAnswers[N];
  }

  private request(message: Exclude<ToHost, { kind: 'ready' }>): Promise<{ ok: boolean; value: unknown }> {
    return new Promise((resolve) => {
      this.waiting.set(message.request, resolve);
      if (!this.wire.post(message)) this.settle(message.request, { ok: false, value: 'The host cannot be reached.' });
    });
  }

  private settle(request: number, reply: { ok: boolean; value: unknown }): void {
    const resolve = this.waiting.get(request);
    this.waiting.delete(request);
    resolve?.(reply);
  }
}

function sentence(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') return value.message;
  return JSON.stringify(value);
}
