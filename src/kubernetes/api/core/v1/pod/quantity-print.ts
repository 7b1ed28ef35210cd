// A resource amount as Go's spew prints the struct behind it, for the template hash. Upstream: apimachinery/pkg/api/resource/quantity.go.

const shape = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+|[a-zA-Z]*)$/;
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/**
 * As {@link printQuantity}, for an amount behind a Go pointer: one that went through etcd has lost the text it was written as, while those in
 * lists of resources keep it.
 */
export function printQuantityBehindPointer(text: string): string {
  return printQuantity(text).replace(/ s:\(string\)\S* Format/, ' s:(string) Format');
}

/** `{i:(…){value:… scale:…} d:(…)… s:(string)500m Format:(…)DecimalSI}`. */
export function printQuantity(text: string): string {
  if (text === '' || text === '0') return print('0', 0, text, '');
  const [, sign = '', whole = '', fraction = '', suffix = ''] = shape.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '') || '0';
  const isBinary = suffix in binary;
  const isExponent = /^[eE][+-]?\d/.test(suffix);
  const format = isBinary ? 'BinarySI' : isExponent ? 'DecimalExponent' : 'DecimalSI';
  let value = BigInt(digits);
  let scale = 0;
  if (isBinary) value <<= BigInt(binary[suffix] as number);
  else scale = (isExponent ? Number(suffix.slice(1)) : (decimal[suffix] ?? 0)) - fraction.length;
  if (sign === '-') value = -value;
  return print(String(value), scale, text, format);
}

function print(value: string, scale: number, text: string, format: string): string {
  const amount = `(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}}`;
  return `{i:${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${text} Format:(resource.Format)${format}}`;
}
