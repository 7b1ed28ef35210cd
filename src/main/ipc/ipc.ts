// Links each window to the host over IPC. A message is looked at only when it comes from the app's own page in its top frame.
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import type { Host } from '@/host/host.ts';
import { WindowLink } from '@/host/window-link.ts';

export const channel = 'kubarium';

/** Answers the way to unlink. `pageUrl` is the only page that may speak. */
export function linkWindow(ipcMain: Pick<IpcMain, 'on' | 'removeListener'>, contents: WebContents, host: Host, pageUrl: string): () => void {
  const link = new WindowLink(host, (message) => {
    if (!contents.isDestroyed()) contents.send(channel, message);
  });
  const receive = (event: IpcMainEvent, message: unknown): void => {
    const frame = event.senderFrame;
    if (event.sender !== contents || !frame || frame.parent !== null || frame.url.split(/[?#]/)[0] !== pageUrl) return;
    link.receive(message);
  };
  ipcMain.on(channel, receive);
  const unlink = (): void => {
    ipcMain.removeListener(channel, receive);
    link.close();
  };
  contents.once('destroyed', unlink);
  return unlink;
}
