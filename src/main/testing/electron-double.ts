// A stand-in for Electron's modules, true to how they behave where the app leans on it: messages are cloned on their way, events can be
// prevented, what is destroyed throws, and a renderer reaches main through `ipcRenderer` alone.
import { EventEmitter } from 'node:events';

export class Frame {
  constructor(
    public url: string,
    readonly parent: Frame | null = null,
  ) {}
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'deny' | 'allow' };

export class WebContents extends EventEmitter {
  readonly mainFrame = new Frame('about:blank');
  /** Main's messages as the renderer's `ipcRenderer` hears them. */
  readonly renderer = new EventEmitter();
  private isGone = false;
  private openHandler: OpenHandler = () => ({ action: 'allow' });

  getURL(): string {
    return this.mainFrame.url;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  send(channel: string, message: unknown): void {
    if (this.isGone) throw new TypeError('Object has been destroyed');
    this.renderer.emit(channel, {}, structuredClone(message));
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  /** The page wants to go elsewhere, by whichever event; answers whether it may. */
  goesTo(url: string, event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect' = 'will-navigate'): boolean {
    return this.allows(event, { url });
  }

  /** Whether nobody prevents an event. */
  allows(event: string, details: object = {}): boolean {
    let isPrevented = false;
    this.emit(event, { ...details, preventDefault: () => (isPrevented = true) });
    return !isPrevented;
  }

  opens(url: string): boolean {
    return this.openHandler({ url }).action === 'allow';
  }

  destroy(): void {
    this.isGone = true;
    this.emit('destroyed');
  }
}

interface Options {
  readonly webPreferences?: Readonly<Record<string, unknown>>;
}

export class BrowserWindow extends EventEmitter {
  static readonly open: BrowserWindow[] = [];
  readonly webContents = new WebContents();
  isFocused = false;
  private isSmall = false;

  constructor(readonly options: Options) {
    super();
    BrowserWindow.open.push(this);
    contentsOfPreload = this.webContents;
  }

  static getAllWindows(): readonly BrowserWindow[] {
    return BrowserWindow.open;
  }

  loadFile(path: string): Promise<void> {
    this.webContents.mainFrame.url = `file://${path}`;
    return Promise.resolve();
  }

  minimize(): void {
    this.isSmall = true;
  }
  isMinimized(): boolean {
    return this.isSmall;
  }
  restore(): void {
    this.isSmall = false;
  }
  focus(): void {
    this.isFocused = true;
  }

  close(): void {
    BrowserWindow.open.splice(BrowserWindow.open.indexOf(this), 1);
    this.webContents.destroy();
    if (BrowserWindow.open.length === 0) app.emit('window-all-closed');
  }
}

class App extends EventEmitter {
  hasLock = true;
  /** The code it ended with, once it has. */
  ended: number | undefined;
  private ready: Promise<void> = Promise.resolve();

  requestSingleInstanceLock(): boolean {
    return this.hasLock;
  }

  whenReady(): Promise<void> {
    return this.ready;
  }

  quit(): void {
    let isPrevented = false;
    this.emit('will-quit', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.exit(0);
  }

  exit(code: number): void {
    this.ended ??= code;
    this.emit('exit');
  }
}

type Callback<T> = (answer: T) => void;
type Permission = (contents: WebContents, permission: string, callback: Callback<boolean>) => void;
type PermissionCheck = (contents: WebContents | null, permission: string) => boolean;

class Session {
  private onHeaders: (details: { responseHeaders: Record<string, string[]> }, callback: Callback<{ responseHeaders: Record<string, string[]> }>) => void = (details, callback) => callback(details);
  private onRequest: (details: { url: string }, callback: Callback<{ cancel: boolean }>) => void = (_details, callback) => callback({ cancel: false });
  private onPermission: Permission = (_contents, _permission, callback) => callback(true);
  private onCheck: PermissionCheck = () => true;
  private onDevice: () => boolean = () => true;

  readonly webRequest = {
    onHeadersReceived: (listener: Session['onHeaders']): void => void (this.onHeaders = listener),
    onBeforeRequest: (_filter: { urls: string[] }, listener: Session['onRequest']): void => void (this.onRequest = listener),
  };

  setPermissionRequestHandler(handler: Permission): void {
    this.onPermission = handler;
  }
  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.onCheck = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.onDevice = handler;
  }

  headersOf(headers: Record<string, string[]>): Record<string, string[]> {
    let given = headers;
    this.onHeaders({ responseHeaders: headers }, ({ responseHeaders }) => (given = responseHeaders));
    return given;
  }

  loads(url: string): boolean {
    let isCancelled = false;
    this.onRequest({ url }, ({ cancel }) => (isCancelled = cancel));
    return !isCancelled;
  }

  /** Whether a permission is given on request and on a look, and a device at all. */
  grants(contents: WebContents, permission: string): readonly [boolean, boolean, boolean] {
    let isGiven = false;
    this.onPermission(contents, permission, (answer) => (isGiven = answer));
    return [isGiven, this.onCheck(contents, permission), this.onDevice()];
  }
}

export const app = new App();
export const ipcMain = new EventEmitter();
export const session = { defaultSession: new Session() };
export const dialog = {
  shown: [] as string[],
  showErrorBox(title: string, text: string): void {
    dialog.shown.push(`${title}: ${text}`);
  },
};

/** A message to main from any frame of any contents, as a page that got hold of `ipcRenderer` would send it. */
export function sendFrom(sender: WebContents, senderFrame: Frame | null, channel: string, message: unknown): void {
  ipcMain.emit(channel, { sender, senderFrame }, structuredClone(message));
}

/** Whose preload script runs when it is loaded. */
let contentsOfPreload: WebContents | undefined;
/** What preload scripts put on their windows. */
export const exposed = new Map<string, unknown>();

export const contextBridge = {
  exposeInMainWorld(name: string, api: unknown): void {
    exposed.set(name, api);
  },
};

function ownContents(): WebContents {
  if (!contentsOfPreload) throw new Error('No window was opened.');
  return contentsOfPreload;
}

export const ipcRenderer = {
  send(channel: string, message: unknown): void {
    const contents = ownContents();
    sendFrom(contents, contents.mainFrame, channel, message);
  },
  on(channel: string, listener: (event: unknown, message: unknown) => void): void {
    ownContents().renderer.on(channel, listener);
  },
  removeListener(channel: string, listener: (event: unknown, message: unknown) => void): void {
    ownContents().renderer.removeListener(channel, listener);
  },
};
