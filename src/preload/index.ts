// The bridge's two ends in the sandboxed window: one way up, one way down, nothing else of Electron is reachable.
import { contextBridge, ipcRenderer } from 'electron';
import type { ToHost, ToWindow } from '@/contract/feed/feed.ts';

contextBridge.exposeInMainWorld('kubarium', {
  send: (message: ToHost): void => ipcRenderer.send('kubarium', message),
  onMessage: (listener: (message: ToWindow) => void): (() => void) => {
    const forward = (_event: unknown, message: ToWindow): void => listener(message);
    ipcRenderer.on('kubarium', forward);
    return () => ipcRenderer.removeListener('kubarium', forward);
  },
});
