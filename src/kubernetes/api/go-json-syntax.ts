// What Go's JSON decoder says of a text that is not JSON; the engine's own words would differ. Upstream: encoding/json.

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** Go's message about the first thing wrong, or undefined when the text is JSON. */
export function goJsonSyntaxError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return describe(text);
  }
}

const quoted = (character: string): string => (character === "'" ? `'\\''` : `'${character}'`);

function describe(text: string): string {
  const trimmed = text.trimStart();
  if (trimmed === '') return 'unexpected end of JSON input';
  const first = trimmed.charAt(0);
  if (first === '-') {
    const second = trimmed.charAt(1);
    if (second === '') return 'unexpected end of JSON input';
    if (!/\d/.test(second)) return `invalid character ${quoted(second)} in numeric literal`;
  }
  const word = literals[first];
  if (word !== undefined) {
    for (let at = 1; at < word.length; at++) {
      const character = trimmed.charAt(at);
      if (character === '') return 'unexpected end of JSON input';
      if (character !== word.charAt(at))
        return `invalid character ${quoted(character)} in literal ${word} (expecting ${quoted(word.charAt(at))})`;
    }
  }
  if (!/[[{"\d-]/.test(first) && word === undefined)
    return `invalid character ${quoted(first)} looking for beginning of value`;
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(trimmed)?.[0] ?? word ?? '';
  const rest = trimmed.slice(number.length).trimStart();
  if (number !== '' && rest !== '')
    return `invalid character ${quoted(rest.charAt(0))} after top-level value`;
  return 'unexpected end of JSON input';
}
