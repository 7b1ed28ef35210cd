// Reads one line of facts.json: words about one field. The words are explained in README.md.

/** A field's facts as they are written, before types are resolved. */
export interface FieldFacts {
  readonly name: string;
  readonly inline: boolean;
  readonly type: string;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly pointer: boolean;
  readonly required: boolean;
  readonly number?: number;
  readonly protobufType?: string;
  readonly protobufName?: string;
  readonly repeated?: boolean;
  /** JSON text, '' for "none although the rule would give one". */
  readonly default?: string;
  readonly each?: string;
  readonly enum?: readonly string[];
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly listMapKeys?: readonly string[];
  readonly mapType?: 'atomic' | 'granular';
  readonly patchStrategy: readonly string[];
  readonly patchMergeKey?: string;
}

const noStrategy: readonly string[] = [];

/** `ports []core.v1.ContainerPort #6 o list=map keys=containerPort,protocol patch=merge by=containerPort`. */
export function parseField(line: string): FieldFacts {
  const [name = '', type = 'any', ...words] = line.split(' ');
  let number: number | undefined;
  let flags = '';
  const given = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (word.startsWith('#')) number = Number(word.slice(1));
    else if (equals > 0) given.set(word.slice(0, equals), word.slice(equals + 1));
    else flags = word;
  }
  const repeated = given.get('repeated');
  const values = given.get('enum');
  return {
    name: name === '-' ? '' : name,
    inline: name === '-',
    type,
    omitEmpty: flags.includes('o'),
    omitZero: flags.includes('z'),
    pointer: flags.includes('p'),
    required: flags.includes('r'),
    number,
    protobufType: given.get('pb'),
    protobufName: given.get('pbname'),
    repeated: repeated === undefined ? undefined : repeated === 'true',
    default: given.get('default'),
    each: given.get('each'),
    enum: values === undefined ? undefined : (JSON.parse(values) as string[]),
    listType: given.get('list') as FieldFacts['listType'],
    listMapKeys: given.get('keys')?.split(','),
    mapType: given.get('map') as FieldFacts['mapType'],
    patchStrategy: given.get('patch')?.split(',') ?? noStrategy,
    patchMergeKey: given.get('by'),
  };
}
