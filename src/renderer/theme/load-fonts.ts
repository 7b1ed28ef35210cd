// The bundled fonts, asked for before the first picture: canvases measure their text once and keep the widths.
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';

const patienceMilliseconds = 1500;

/** Resolves when the fonts are in, or after a short while without them. */
export async function loadFonts(): Promise<void> {
  const fonts = ['400 13px "Inter Variable"', '600 13px "Inter Variable"', '400 12px "JetBrains Mono Variable"'].map((font) =>
    document.fonts.load(font),
  );
  await Promise.race([Promise.allSettled(fonts), new Promise((resolve) => window.setTimeout(resolve, patienceMilliseconds))]);
}
