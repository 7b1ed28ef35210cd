// Opens an address in the user's default browser, where there is one.
import { spawn } from 'node:child_process';

/** By the system's own opener. Nothing happens where there is none, or no display. */
export function openBrowser(url: string): void {
  const [command, ...args] = openerOf(process.platform);
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const opener = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  opener.on('error', () => undefined);
  opener.unref();
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}
