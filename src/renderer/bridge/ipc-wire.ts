// The feed inside the desktop app, through the functions that preload puts on the window.
import type { ToHost, ToWindow } from '@/contract/feed/feed.ts';
import type { Wire, WireListener } from './wire.ts';

/** What preload offers. */
export interface DesktopBridge {
  send(message: ToHost): void;
  onMessage(callback: (message: ToWindow) => void): void;
}

declare global {
  interface Window {
    readonly kubarium?: DesktopBridge;
  }
}

export class IpcWire implements Wire {
  constructor(private readonly desktop: DesktopBridge) {}

  connect(listener: WireListener): void {
    this.desktop.onMessage((message) => listener.message(message));
    listener.open();
  }

  post(message: ToHost): boolean {
    this.desktop.send(message);
    return true;
  }
}
