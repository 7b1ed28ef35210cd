// The feed over a WebSocket of the page's own origin, with the token of the page's URL; comes back by itself when the line breaks.
import type { ToHost, ToWindow } from '@/contract/feed/feed.ts';
import type { Wire, WireListener } from './wire.ts';

const firstRetryMilliseconds = 250;
const longestRetryMilliseconds = 5000;

/** Where the feed of a page at `location` is. */
export function feedAddress(location: { readonly protocol: string; readonly host: string; readonly search: string }): string {
  const token = new URLSearchParams(location.search).get('token') ?? '';
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/feed?token=${encodeURIComponent(token)}`;
}

export class WebSocketWire implements Wire {
  private socket: WebSocket | undefined;
  private retry = firstRetryMilliseconds;

  constructor(private readonly address: string) {}

  connect(listener: WireListener): void {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.addEventListener('open', () => {
      this.retry = firstRetryMilliseconds;
      listener.open();
    });
    socket.addEventListener('message', (event: MessageEvent<string>) => listener.message(JSON.parse(event.data) as ToWindow));
    socket.addEventListener('close', () => {
      this.socket = undefined;
      listener.lost();
      window.setTimeout(() => this.connect(listener), this.retry);
      this.retry = Math.min(this.retry * 2, longestRetryMilliseconds);
    });
  }

  post(message: ToHost): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }
}
