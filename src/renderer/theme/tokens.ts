// Every colour, size and duration of the window, in one place: CSS variables and the canvas both read from here.
import type { PodLook } from '@/contract/feed/feed.ts';

export type ThemeName = 'dark' | 'light';

/** The colours of one theme. Text on its ground has a contrast of at least 4.5:1. */
export interface Colours {
  readonly bench: string;
  readonly rack: string;
  readonly machine: string;
  readonly raised: string;
  readonly text: string;
  readonly muted: string;
  readonly hairline: string;
  readonly seat: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly ready: string;
  readonly starting: string;
  readonly failing: string;
  readonly failed: string;
  readonly leaving: string;
  readonly ghost: string;
  readonly done: string;
  readonly shadow: string;
}

export const themes: Readonly<Record<ThemeName, Colours>> = {
  dark: {
    bench: '#11151c',
    rack: '#171d27',
    machine: '#1f2733',
    raised: '#28323f',
    text: '#e8edf4',
    muted: '#9aa7b8',
    hairline: 'rgba(154, 167, 184, 0.24)',
    seat: 'rgba(154, 167, 184, 0.16)',
    accent: '#3fb8a8',
    onAccent: '#08211d',
    ready: '#3fb8a8',
    starting: '#e3b341',
    failing: '#f0883e',
    failed: '#ff6b5e',
    leaving: '#919dae',
    ghost: '#b58cff',
    done: '#6cb2ff',
    shadow: 'rgba(0, 0, 0, 0.5)',
  },
  light: {
    bench: '#f4f2ee',
    rack: '#eae7e1',
    machine: '#ffffff',
    raised: '#ffffff',
    text: '#1b2430',
    muted: '#566273',
    hairline: 'rgba(86, 98, 115, 0.26)',
    seat: 'rgba(86, 98, 115, 0.16)',
    accent: '#0c7165',
    onAccent: '#ffffff',
    ready: '#0c7165',
    starting: '#835b00',
    failing: '#a64a08',
    failed: '#c0261a',
    leaving: '#586575',
    ghost: '#6f42c1',
    done: '#1b64af',
    shadow: 'rgba(27, 36, 48, 0.22)',
  },
};

/** Which colour a pod's look is drawn in. */
export const lookColour: Readonly<Record<PodLook, keyof Colours>> = {
  pending: 'starting',
  starting: 'starting',
  ready: 'ready',
  notready: 'starting',
  failing: 'failing',
  failed: 'failed',
  leaving: 'leaving',
  ghost: 'ghost',
  done: 'done',
};

export const fonts = {
  text: "'Inter Variable', 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif",
  mono: "'JetBrains Mono Variable', 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', monospace",
} as const;

/** Wall milliseconds. Motion shows what the cluster changed, one thing at a time. */
export const motion = { short: 160, normal: 200, long: 240, hop: 240, link: 90, highlight: 1000 } as const;

/** Writes a theme into the page as CSS variables. */
export function applyTheme(name: ThemeName, root: HTMLElement): void {
  root.dataset['theme'] = name;
  root.style.colorScheme = name;
  for (const [key, value] of Object.entries(themes[name])) root.style.setProperty(`--${key}`, value);
  root.style.setProperty('--font-text', fonts.text);
  root.style.setProperty('--font-mono', fonts.mono);
}
