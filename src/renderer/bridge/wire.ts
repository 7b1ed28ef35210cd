// What a transport must offer: post, and say when it opened, spoke or was lost.
import type { ToHost, ToWindow } from '@/contract/feed/feed.ts';

export interface WireListener {
  message(message: ToWindow): void;
  open(): void;
  lost(): void;
}

export interface Wire {
  connect(listener: WireListener): void;
  /** Whether the message could be handed over. */
  post(message: ToHost): boolean;
}
