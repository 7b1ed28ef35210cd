// The app's window: sandboxed, without Node, closed to other pages, with the same content policy as in the browser.
import type { BrowserWindow, BrowserWindowConstructorOptions, Session } from 'electron';
import { contentSecurityPolicy } from '@/host/window-policy.ts';

/** How the window is made; `preload` is an absolute path. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    title: 'Kubarium',
    backgroundColor: '#11151c',
    autoHideMenuBar: true,
    webPreferences: { preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false, spellcheck: false },
  };
}

/** No page but the app's own is ever shown, no permission given, no window opened. */
export function guardWindow(window: BrowserWindow, pageUrl: string): void {
  const { webContents } = window;
  webContents.on('will-navigate', (event, url) => {
    if (url.split(/[?#]/)[0] !== pageUrl) event.preventDefault();
  });
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Puts the content policy on every answer, refuses permissions, and lets nothing but the app's own files load. */
export function guardSession(session: Session): void {
  session.webRequest.onHeadersReceived((details, callback) => {
    callback({ responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [contentSecurityPolicy] } });
  });
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, callback) => callback({ cancel: !/^(?:file|devtools|data|blob):/.test(url) }));
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
}
