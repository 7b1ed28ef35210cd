// The window's own icons: strokes on a 16-pixel grid in the colour of the text around them.
import type { ReactElement } from 'react';

const paths = {
  play: 'M5 3.2v9.6L13 8z',
  pause: 'M5 3.5v9M11 3.5v9',
  step: 'M4 3.5 10 8l-6 4.5zM12.5 3.5v9',
  skip: 'M3 3.5 7.5 8 3 12.5zM8 3.5 12.5 8 8 12.5zM14 3.5v9',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  fit: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  legend: 'M3 4.5h2M3 8h2M3 11.5h2M7.5 4.5H13M7.5 8H13M7.5 11.5H13',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  explorer: 'M3 3.5h4v3.5H3zM3 9.5h4V13H3zM9.5 5H13M9.5 11H13',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  services: 'M2.5 8h4M9.5 5.5 13.5 4M9.5 8h4M9.5 10.5l4 1.5M6.5 5.5h3v5h-3z',
  eventLog: 'M4 2.5h8v11H4zM6 5.5h4M6 8h4M6 10.5h2.5',
  apply: 'M8 10V3M5.2 5.5 8 2.8l2.8 2.7M3 10v3h10v-3',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M3.4 12.6l1.1-1.1M11.5 4.5l1.1-1.1',
  moon: 'M12.8 9.6A5.2 5.2 0 0 1 6.4 3.2a5.2 5.2 0 1 0 6.4 6.4z',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  search: 'M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l3 3',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  refresh: 'M12.5 6.5A5 5 0 1 0 13 9M13 3.5v3h-3',
} as const;

export type IconName = keyof typeof paths;

const filled: ReadonlySet<IconName> = new Set(['play', 'step', 'skip']);

export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" fill={filled.has(name) ? 'currentColor' : 'none'}>
      <path d={paths[name]} stroke="currentColor" strokeWidth={name === 'more' ? 2.4 : 1.4} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
