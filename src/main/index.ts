// The desktop app's life: one host, one window on it, and an orderly end.
import { app, BrowserWindow, dialog, ipcMain, session } from 'electron';
import { join, dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startHost, type Host } from '@/host/host.ts';
import { dataFolder } from '@/host/files/places.ts';
import { linkWindow } from './ipc/ipc.ts';
import { guardSession, guardWindow, windowOptions } from './windows/main-window.ts';

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, '..', 'renderer', 'index.html');
const pageUrl = pathToFileURL(page).href;

let host: Host | undefined;

function openWindow(running: Host): void {
  const window = new BrowserWindow(windowOptions(join(here, '..', 'preload', 'index.cjs')));
  guardWindow(window, pageUrl);
  linkWindow(ipcMain, window.webContents, running, pageUrl);
  void window.loadFile(page);
}

async function start(): Promise<void> {
  guardSession(session.defaultSession, pageUrl);
  const kubeconfig = join(dataFolder(), 'kubeconfig');
  host = await startHost({ topology: 'three-workers', seed: 1, start: 'now', speed: 1, isPaused: false, apiPort: 0, kubeconfig, hasNodePorts: true });
  openWindow(host);
}

if (!app.requestSingleInstanceLock()) app.quit();
else {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('activate', () => {
    if (host && BrowserWindow.getAllWindows().length === 0) openWindow(host);
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (!host) return;
    event.preventDefault();
    const closing = host;
    host = undefined;
    void closing.close().then(() => app.quit());
  });
  void app.whenReady().then(start).catch((error: Error) => {
    dialog.showErrorBox('Kubarium could not start', error.message);
    app.exit(1);
  });
}
