// The desktop shell driven through a faithful double of Electron: one real host behind it, and nobody but its own page in front.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ToHost, ToWindow } from '@/contract/feed/feed.ts';
import type * as Double from './testing/electron-double.ts';

interface Bridge {
  send(message: ToHost): void;
  onMessage(listener: (message: ToWindow) => void): () => void;
}

let electron: typeof Double;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubarium-desktop-'));
  vi.stubEnv('XDG_DATA_HOME', folder);
  vi.stubEnv('HOME', folder);
  // A fresh app and a fresh Electron for every test: both keep their state in modules.
  vi.resetModules();
  electron = await import('./testing/electron-double.ts');
  vi.doMock('electron', () => electron);
});
afterEach(async () => {
  if (electron.app.ended === undefined) await quit();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Resolves when `holds` does; everything it waits for happens in this process. */
const until = (holds: () => boolean): Promise<void> => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 20_000, interval: 5 });

async function start(): Promise<Double.BrowserWindow> {
  await import('./index.ts');
  await until(() => electron.BrowserWindow.open.length > 0 || electron.dialog.shown.length > 0);
  return electron.BrowserWindow.open[0] as Double.BrowserWindow;
}

async function quit(): Promise<void> {
  electron.app.quit();
  await until(() => electron.app.ended !== undefined);
}

async function bridgeOf(): Promise<Bridge> {
  await import('../preload/index.ts');
  return electron.exposed.get('kubarium') as Bridge;
}

describe('the window', () => {
  test('is sandboxed, isolated, without Node, and shows the app’s own page', async () => {
    const { options, webContents } = await start();
    expect(options.webPreferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false });
    expect(webContents.getURL()).toMatch(/^file:\/\/.*\/renderer\/index\.html$/);
  });

  test('goes nowhere else, opens nothing, holds no web view', async () => {
    const { webContents } = await start();
    const own = webContents.getURL();
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      expect(['https://evil.example/', 'file:///etc/passwd', 'javascript:alert(1)', `${own}.evil`].map((url) => webContents.goesTo(url, event))).toEqual([false, false, false, false]);
      expect(webContents.goesTo(`${own}#log`, event)).toBe(true);
    }
    expect(webContents.opens('https://evil.example/')).toBe(false);
    expect(webContents.allows('will-attach-webview')).toBe(false);
  });

  test('loads its own files and nothing from elsewhere, under the content policy', async () => {
    const { webContents } = await start();
    const { defaultSession } = electron.session;
    const folderOfPage = webContents.getURL().replace(/index\.html$/, '');
    expect([`${folderOfPage}assets/main.js`, 'data:image/png;base64,'].map((url) => defaultSession.loads(url))).toEqual([true, true]);
    expect(['https://evil.example/x.js', 'http://127.0.0.1:1/', 'ws://evil.example', 'file:///etc/passwd'].map((url) => defaultSession.loads(url))).toEqual([false, false, false, false]);
    const policy = defaultSession.headersOf({ Server: ['x'] });
    expect(policy.Server).toEqual(['x']);
    expect(policy['Content-Security-Policy']?.[0]).toContain("script-src 'self'");
  });

  test('has one permission: to copy a line to the clipboard, from its own page', async () => {
    const { webContents } = await start();
    const { defaultSession } = electron.session;
    expect(defaultSession.grants(webContents, 'clipboard-sanitized-write')).toEqual([true, true, false]);
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'midi']) expect(defaultSession.grants(webContents, permission)).toEqual([false, false, false]);
    webContents.mainFrame.url = 'https://evil.example/';
    expect(defaultSession.grants(webContents, 'clipboard-sanitized-write')).toEqual([false, false, false]);
  });

  test('has a content policy in the page itself, for files have no headers', () => {
    const html = readFileSync(join(process.cwd(), 'src', 'renderer', 'index.html'), 'utf8');
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|unsafe-eval|\*/);
  });
});

describe('the bridge', () => {
  test('is two functions; through them come the feed and the answers', async () => {
    await start();
    const bridge = await bridgeOf();
    expect(Object.keys(bridge).sort()).toEqual(['onMessage', 'send']);
    expect([...electron.exposed.keys()]).toEqual(['kubarium']);
    const told: ToWindow[] = [];
    const stop = bridge.onMessage((message) => told.push(message));
    bridge.send({ kind: 'ready' });
    bridge.send({ kind: 'command', request: 1, name: 'pause', parameters: {} });
    await until(() => told.some(({ kind }) => kind === 'reply'));
    expect(told.slice(0, 2).map(({ kind }) => kind)).toEqual(['hello', 'frame']);
    expect(told.find(({ kind }) => kind === 'reply')).toMatchObject({ request: 1, ok: true });
    stop();
    const before = told.length;
    bridge.send({ kind: 'command', request: 2, name: 'resume', parameters: {} });
    expect(told.length).toBe(before);
  });

  test('hears the top frame of the app’s own page alone', async () => {
    const { webContents } = await start();
    const told: unknown[] = [];
    webContents.renderer.on('kubarium', (_event, message) => told.push(message));
    const { Frame, WebContents, sendFrom } = electron;
    const own = webContents.getURL();
    const ready = { kind: 'ready' };
    sendFrom(webContents, new Frame(own, webContents.mainFrame), 'kubarium', ready);
    sendFrom(webContents, new Frame('https://evil.example/'), 'kubarium', ready);
    sendFrom(webContents, new Frame(`${own}.evil`), 'kubarium', ready);
    sendFrom(webContents, null, 'kubarium', ready);
    sendFrom(new WebContents(), new Frame(own), 'kubarium', ready);
    sendFrom(webContents, webContents.mainFrame, 'kubarium', { kind: 'ready', and: 'more' });
    sendFrom(webContents, webContents.mainFrame, 'other', ready);
    expect(told).toEqual([]);
    sendFrom(webContents, webContents.mainFrame, 'kubarium', ready);
    expect(told).toHaveLength(2);
  });

  test('a window that is gone is sent nothing', async () => {
    const window = await start();
    const bridge = await bridgeOf();
    bridge.send({ kind: 'ready' });
    window.webContents.destroy();
    expect(electron.ipcMain.listenerCount('kubarium')).toBe(0);
    electron.BrowserWindow.open.length = 0;
  });
});

describe('the app', () => {
  test('writes a kubeconfig, and ends in order when its window is closed', async () => {
    const window = await start();
    const kubeconfig = join(folder, 'kubarium', 'kubeconfig');
    expect(process.platform !== 'linux' || existsSync(kubeconfig)).toBe(true);
    window.close();
    if (process.platform === 'darwin') electron.app.quit();
    await until(() => electron.app.ended !== undefined);
    expect(electron.app.ended).toBe(0);
  });

  test('shows its window to a second start, which ends at once', async () => {
    const window = await start();
    window.minimize();
    electron.app.emit('second-instance');
    expect([window.isMinimized(), window.isFocused]).toEqual([false, true]);
  });

  test('that finds another one running leaves the cluster to it', async () => {
    electron.app.hasLock = false;
    await import('./index.ts');
    expect([electron.app.ended, electron.BrowserWindow.open.length]).toEqual([0, 0]);
  });

  test('that cannot start says why and ends', async () => {
    writeFileSync(join(folder, 'kubarium'), 'in the way');
    vi.stubEnv('XDG_DATA_HOME', folder);
    await start();
    await until(() => electron.app.ended !== undefined);
    expect([electron.app.ended, electron.BrowserWindow.open.length]).toEqual([1, 0]);
    expect(electron.dialog.shown[0]).toMatch(/^Kubarium could not start: .*kubarium/);
  });
});
