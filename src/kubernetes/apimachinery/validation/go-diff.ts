// The difference between two values as upstream shows it in refusals: both as indented JSON, lines that differ with three around them.
// Upstream: apimachinery/pkg/util/diff.

const around = 3;

type Line = readonly [mark: ' ' | '-' | '+', text: string];

/** Unified, without a head; '' for equal values. */
export function goDiff(before: unknown, after: unknown): string {
  const lines = compared(printed(before), printed(after));
  let text = '';
  for (let at = 0; at < lines.length; ) {
    const first = lines.findIndex(([mark], place) => place >= at && mark !== ' ');
    if (first < 0) break;
    const start = Math.max(at, first - around);
    let end = first + 1;
    for (let place = first; place < lines.length && place <= end + 2 * around - 1; place++)
      if (lines[place]?.[0] !== ' ') end = place + 1;
    end = Math.min(lines.length, end + around);
    text += hunk(lines, start, end);
    at = end;
  }
  return text;
}

const printed = (value: unknown): readonly string[] => JSON.stringify(value, undefined, ' ').split('\n');

function hunk(lines: readonly Line[], start: number, end: number): string {
  const count = (part: readonly Line[], without: '-' | '+'): number =>
    part.filter(([mark]) => mark !== without).length;
  const [head, part] = [lines.slice(0, start), lines.slice(start, end)];
  const span = (without: '-' | '+'): string => `${count(head, without) + 1},${count(part, without)}`;
  const body = part.map(([mark, text]) => `${mark}${text}\n`).join('');
  return `@@ -${span('+')} +${span('-')} @@\n${body}`;
}

/** Lines of both, the longest common ones kept; what goes stands before what comes. */
function compared(a: readonly string[], b: readonly string[]): readonly Line[] {
  const common: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const length = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i] as number[];
      row[j] = a[i] === b[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([' ', a[i] as string]);
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && length(i + 1, j) >= length(i, j + 1))) lines.push(['-', a[i++] as string]);
    else lines.push(['+', b[j++] as string]);
  }
  return lines;
}
