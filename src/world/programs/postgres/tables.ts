// Tables and the few statements of SQL that small web applications use on them.

type Cell = string | number | null;
type Row = Record<string, Cell>;

interface Table {
  readonly columns: readonly string[];
  readonly unique: readonly string[];
  rows: Row[];
}

export interface Result {
  /** What the server says when it is done: `INSERT 0 1`. */
  readonly tag: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A statement was refused; `code` is PostgreSQL's. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

const done = (tag: string): Result => ({ tag, columns: [], rows: [] });

/** A database whose state is plain JSON. */
export class Tables {
  private tables: Record<string, Table> = {};

  /** The whole state as text, and back. */
  dump(): string {
    return JSON.stringify(this.tables);
  }

  restore(text: string): void {
    this.tables = JSON.parse(text) as Record<string, Table>;
  }

  /** Runs one statement. Throws {@link SqlError}. */
  run(sql: string): Result {
    const text = sql.trim().replace(/;\s*$/, '');
    const statement = text.split(/\s+/)[0]?.toUpperCase();
    switch (statement) {
      case 'CREATE':
        return this.create(text);
      case 'INSERT':
        return this.insert(text);
      case 'UPDATE':
        return this.update(text);
      case 'DELETE':
        return this.delete(text);
      case 'SELECT':
        return this.select(text);
      case 'DROP':
        delete this.tables[/table\s+(?:if\s+exists\s+)?(\w+)/i.exec(text)?.[1] ?? ''];
        return done('DROP TABLE');
      default:
        throw new SqlError(`syntax error at or near "${statement ?? ''}"`, '42601');
    }
  }

  private create(text: string): Result {
    const found = /^create\s+table\s+(if\s+not\s+exists\s+)?(\w+)\s*\((.*)\)$/is.exec(text);
    if (!found) throw new SqlError('syntax error in CREATE TABLE', '42601');
    const name = found[2] ?? '';
    if (this.tables[name]) {
      if (found[1]) return done('CREATE TABLE');
      throw new SqlError(`relation "${name}" already exists`, '42P07');
    }
    const definitions = splitTop(found[3] ?? '').filter((part) => !/^(?:primary|unique|constraint|foreign)\b/i.test(part));
    const column = (part: string): string => part.split(/\s+/)[0] ?? '';
    this.tables[name] = {
      columns: definitions.map(column),
      unique: definitions.filter((part) => /\b(?:unique|primary\s+key)\b/i.test(part)).map(column),
      rows: [],
    };
    return done('CREATE TABLE');
  }

  private insert(text: string): Result {
    const found = /^insert\s+into\s+(\w+)\s*(?:\(([^)]*)\))?\s*values\s*(.*)$/is.exec(text);
    const table = this.table(found?.[1]);
    const columns = found?.[2] ? splitTop(found[2]) : table.columns;
    const tuples = splitTop(found?.[3] ?? '');
    for (const tuple of tuples) {
      const row: Row = Object.fromEntries(table.columns.map((column) => [column, null]));
      for (const [at, value] of splitTop(tuple.replace(/^\(|\)$/g, '')).entries()) row[columns[at] ?? ''] = literal(value);
      for (const column of table.unique) {
        if (table.rows.some((other) => other[column] === row[column]))
          throw new SqlError(`duplicate key value violates unique constraint "${found?.[1] ?? ''}_${column}_key"`, '23505');
      }
      table.rows.push(row);
    }
    return done(`INSERT 0 ${tuples.length}`);
  }

  private update(text: string): Result {
    const found = /^update\s+(\w+)\s+set\s+(.*?)(?:\s+where\s+(.*))?$/is.exec(text);
    const rows = this.where(this.table(found?.[1]), found?.[3]);
    for (const assignment of splitTop(found?.[2] ?? '')) {
      const [column = '', value = ''] = assignment.split(/\s*=\s*/);
      for (const row of rows) row[column] = literal(value);
    }
    return done(`UPDATE ${rows.length}`);
  }

  private delete(text: string): Result {
    const found = /^delete\s+from\s+(\w+)(?:\s+where\s+(.*))?$/is.exec(text);
    const table = this.table(found?.[1]);
    const gone = new Set(this.where(table, found?.[2]));
    table.rows = table.rows.filter((row) => !gone.has(row));
    return done(`DELETE ${gone.size}`);
  }

  private select(text: string): Result {
    const found =
      /^select\s+(.*?)(?:\s+from\s+(\w+)(?:\s+where\s+(.*?))?(?:\s+group\s+by\s+(\w+))?(?:\s+order\s+by\s+(\w+)(\s+desc)?)?(?:\s+limit\s+(\d+))?)?$/is.exec(
        text,
      );
    const [, what = '', from, where, group, order, descending, limit] = found ?? [];
    const outputs = splitTop(what).map((part) => {
      const [expression = '', alias] = part.split(/\s+as\s+/i);
      return {
        expression,
        name: alias ?? (/^count\s*\(/i.test(expression) ? 'count' : expression === '1' ? '?column?' : expression),
      };
    });
    if (from === undefined)
      return {
        tag: 'SELECT 1',
        columns: outputs.map(({ name }) => name),
        rows: [outputs.map(({ expression }) => (/^version\(\)$/i.test(expression) ? 'PostgreSQL 15.15' : literal(expression)))],
      };
    const table = this.table(from);
    const rows = this.where(table, where);
    const isCounting = outputs.some(({ expression }) => /^count\s*\(/i.test(expression));
    const groups = new Map<Cell, Row[]>();
    if (isCounting)
      for (const row of rows)
        groups.set(group ? (row[group] ?? null) : null, [...(groups.get(group ? (row[group] ?? null) : null) ?? []), row]);
    if (isCounting && !group && groups.size === 0) groups.set(null, []);
    const named = outputs.flatMap((output) =>
      output.expression === '*' ? table.columns.map((column) => ({ expression: column, name: column })) : [output],
    );
    let cells = isCounting
      ? [...groups.values()].map((members) =>
          named.map(({ expression }) => (/^count\s*\(/i.test(expression) ? members.length : (members[0]?.[expression] ?? null))),
        )
      : rows.map((row) => named.map(({ expression }) => row[expression] ?? null));
    const column = named.findIndex(({ name, expression }) => name === order || expression === order);
    if (order !== undefined && column >= 0)
      cells.sort((a, b) => (String(a[column]) < String(b[column]) ? -1 : 1) * (descending ? -1 : 1));
    if (limit !== undefined) cells = cells.slice(0, Number(limit));
    return { tag: `SELECT ${cells.length}`, columns: named.map(({ name }) => name), rows: cells };
  }

  private table(name: string | undefined): Table {
    const table = this.tables[name ?? ''];
    if (!table) throw new SqlError(`relation "${name ?? ''}" does not exist`, '42P01');
    return table;
  }

  private where(table: Table, condition: string | undefined): Row[] {
    if (!condition) return table.rows;
    const parts = condition.split(/\s+and\s+/i).map((part) => {
      const [column = '', value = ''] = part.split(/\s*=\s*/);
      return { column: column.trim(), value: literal(value) };
    });
    return table.rows.filter((row) => parts.every(({ column, value }) => row[column] === value));
  }
}

function literal(text: string): Cell {
  const trimmed = text.trim();
  if (/^null$/i.test(trimmed)) return null;
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) return Number(trimmed);
  return trimmed.startsWith("'") ? trimmed.slice(1, -1).replaceAll("''", "'") : trimmed;
}

/** Splits at commas that stand in no quotes and no brackets. */
function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let current = '';
  for (const c of text) {
    if (c === "'") isQuoted = !isQuoted;
    if (!isQuoted && c === '(') depth++;
    if (!isQuoted && c === ')') depth--;
    if (c === ',' && depth === 0 && !isQuoted) {
      parts.push(current.trim());
      current = '';
    } else current += c;
  }
  if (current.trim() !== '') parts.push(current.trim());
  return parts;
}
