// Command-line options as most programs write them.

/** The value of `-name value`, `-name=value`, `--name value` or `--name=value`; undefined when it is not there. */
export function optionOf(argv: readonly string[], name: string): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === `-${name}` || word === `--${name}`) return argv[at + 1] ?? '';
    for (const start of [`-${name}=`, `--${name}=`]) if (word.startsWith(start)) return word.slice(start.length);
  }
  return undefined;
}

/** Bytes of `150M`, `1Gi`, `64k`; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([kKmMgG]?)(i?)[bB]?$/.exec(text);
  if (!found) return undefined;
  const power = { '': 0, k: 1, m: 2, g: 3 }[(found[2] ?? '').toLowerCase()] ?? 0;
  return Math.round(Number(found[1]) * 1024 ** power);
}
