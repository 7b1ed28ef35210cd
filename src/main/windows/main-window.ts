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

const withoutPlace = (url: string): string => url.split(/[?#]/)[0] ?? '';

/** No page but the app's own is ever shown, in no frame; no window is opened, no web view attached. */
export function guardWindow(window: BrowserWindow, pageUrl: string): void {
  const { webContents } = window;
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (withoutPlace(event.url) !== pageUrl) event.preventDefault();
  };
  webContents.on('will-navigate', stay);
  webContents.on('will-frame-navigate', stay);
  webContents.on('will-redirect', stay);
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Copying a line of the log is the one thing that the window asks the system for. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Puts the content policy on every answer, refuses permissions, and lets nothing but the app's own files load. */
export function guardSession(session: Session, pageUrl: string): void {
  session.webRequest.onHeadersReceived((details, callback) => {
    callback({ responseHeaders: { ...details.responseHeaders, 'Content-Security-Policy': [contentSecurityPolicy] } });
  });
  const folder = pageUrl.slice(0, pageUrl.lastIndexOf('/') + 1);
  session.webRequest.onBeforeRequest({ urls: ['<all_urls>'] }, ({ url }, callback) => {
    callback({ cancel: !url.startsWith(folder) && !/^(?:devtools|data|blob):/.test(url) });
  });
  session.setPermissionRequestHandler((contents, permission, callback) => callback(granted.has(permission) && withoutPlace(contents.getURL()) === pageUrl));
  session.setPermissionCheckHandler((contents, permission) => granted.has(permission) && withoutPlace(contents?.getURL() ?? '') === pageUrl);
  session.setDevicePermissionHandler(() => false);
}
