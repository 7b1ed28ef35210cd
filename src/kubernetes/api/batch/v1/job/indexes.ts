// Sets of completion indexes as Jobs write them: `0-2,5`. Upstream: pkg/controller/job/indexed_job_utils.go.

/** Why a text is no set of indexes. */
export class IndexesError extends Error {
  override readonly name = 'IndexesError';
}

/** The indexes of a text that is known to be well-formed, below `completions`, in order. */
export function parseIndexes(text: string | undefined, completions: number): readonly number[] {
  const indexes: number[] = [];
  for (const interval of (text ?? '').split(',')) {
    const [first, last = first] = interval.split('-');
    if (!first) continue;
    for (let at = Number(first); at <= Number(last) && at < completions; at++) indexes.push(at);
  }
  return indexes;
}

/** Indexes in rising order as text: neighbours as `a,b`, three and more in a row as `a-c`. */
export function indexesText(indexes: readonly number[]): string {
  const parts: string[] = [];
  for (let at = 0; at < indexes.length; ) {
    const first = indexes[at] as number;
    let last = first;
    while (indexes[at + 1] === last + 1) last = indexes[++at] as number;
    at++;
    if (last === first) parts.push(`${first}`);
    else parts.push(last === first + 1 ? `${first},${last}` : `${first}-${last}`);
  }
  return parts.join(',');
}

/** How many indexes a text of an author names; throws IndexesError with upstream's words. */
export function countIndexes(text: string, completions: number): number {
  if (text === '') return 0;
  let previous: number | undefined;
  let total = 0;
  const read = (part: string): number => {
    if (!/^[+-]?\d+$/.test(part)) throw new IndexesError(`cannot convert string to integer for index: "${part}"`);
    const index = Number(part);
    if (index >= completions) throw new IndexesError(`too large index: "${part}"`);
    if (previous !== undefined && previous >= index)
      throw new IndexesError(`non-increasing order, previous: ${previous}, current: ${index}`);
    previous = index;
    return index;
  };
  for (const interval of text.split(',')) {
    const parts = interval.split('-');
    if (parts.length > 2) {
      throw new IndexesError(
        `the fragment "${interval}" violates the requirement that an index interval can have at most two parts separated by '-'`,
      );
    }
    const first = read(parts[0] ?? '');
    total += parts.length === 2 ? read(parts[1] ?? '') - first + 1 : 1;
  }
  return total;
}
