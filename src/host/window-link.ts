// The link between one window and the host, whatever carries it: commands and queries up, the feed and replies down.
import { z } from 'zod';
import type { ToWindow } from '@/contract/feed/feed.ts';
import type { Feed } from './feed/feed.ts';
import type { Session } from './session/session.ts';
import { answerQuery } from './session/queries.ts';

const message = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('command'), request: z.number().int(), name: z.string().max(64), parameters: z.unknown().optional() }),
  z.strictObject({ kind: z.literal('query'), request: z.number().int(), name: z.string().max(64), parameters: z.unknown().optional() }),
]);

/** Takes in whatever a window sends, and sends it the feed once it says that it is ready. */
export class WindowLink {
  private leave: (() => void) | undefined;

  constructor(
    private readonly host: { readonly session: Session; readonly feed: Feed },
    private readonly send: (message: ToWindow) => void,
  ) {}

  /** One message from the window. What is not of the contract is dropped: nothing of it is acted on. */
  receive(raw: unknown): void {
    const parsed = message.safeParse(raw);
    if (!parsed.success) return;
    const received = parsed.data;
    if (received.kind === 'ready') {
      this.leave?.();
      this.leave = this.host.feed.join((feedMessage) => this.send(feedMessage));
      return;
    }
    const { request } = received;
    if (received.kind === 'command') {
      this.host.session.command(received.name, received.parameters, (receipt) => this.send({ kind: 'reply', request, ok: receipt.accepted, value: receipt }));
      this.host.feed.flush();
    } else {
      answerQuery(this.host.session.cluster, received.name, received.parameters, (outcome) => {
        this.send({ kind: 'reply', request, ok: outcome.ok, value: outcome.ok ? outcome.result : outcome });
      });
    }
  }

  close(): void {
    this.leave?.();
    this.leave = undefined;
  }
}
