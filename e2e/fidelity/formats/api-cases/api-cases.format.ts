// One request a line with the real server's answer: defaults and refusals of a kind.
import { Bindings, Comparison } from '../../expectation.ts';
import { GoldenServer, unservedPart, type GoldenRequest } from '../../server/golden-server.ts';
import type { CheckResult, Format } from '../format.ts';

interface Case extends GoldenRequest {
  readonly name: string;
  readonly given?: readonly { readonly path: string; readonly body: unknown }[];
  readonly response: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };
}

const namespaces = ['shop', 'yard'];
const whole = { allowsCutDown: false, allowsOthers: false } as const;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function play(golden: Case): CheckResult {
  const missing = unservedPart(golden.path) ?? golden.given?.map((one) => unservedPart(one.path)).find((one) => one !== undefined);
  if (missing !== undefined) return { name: golden.name, outcome: 'unserved', details: [missing] };
  const server = new GoldenServer(namespaces);
  const bindings = new Bindings();
  const details: string[] = [];
  for (const { path, body } of golden.given ?? []) {
    const { status, text } = server.ask({ method: 'POST', path, body: fill(body, bindings, server) });
    if (status >= 300) details.push(`given ${path}: ${status} ${text.slice(0, 300)}`);
  }
  const request = { ...golden, method: golden.method ?? 'POST', body: fill(golden.body, bindings, server) };
  const answer = server.ask(request);
  if (answer.status !== golden.response.status) details.push(`status: expected ${golden.response.status}, got ${answer.status}`);
  const warning = golden.response.headers?.warning;
  if ((warning ?? '') !== (answer.headers.warning ?? '')) {
    details.push(`warning: expected ${warning ?? 'none'}, got ${answer.headers.warning ?? 'none'}`);
  }
  const comparison = new Comparison(bindings, whole);
  comparison.compare('', golden.response.body, parse(answer.text));
  details.push(...comparison.differences);
  return { name: golden.name, outcome: details.length === 0 ? 'same' : 'different', details };
}

/** A case that makes the server throw is a difference, not the end of the run. */
function playSafely(golden: Case): CheckResult {
  try {
    return play(golden);
  } catch (error) {
    return {
      name: golden.name,
      outcome: 'different',
      details: [`threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
    };
  }
}

function fill(body: unknown, bindings: Bindings, server: GoldenServer): unknown {
  return body === undefined ? undefined : JSON.parse(bindings.fill(JSON.stringify(body), server.nowSeconds));
}

export const format: Format = {
  name: 'api-cases',
  accepts: ({ path, text }) => path.endsWith('.jsonl') && /^\s*\{"name":/.test(text) && text.includes('"response"'),
  replay(file, only) {
    const cases = file.text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Case);
    return cases.filter(({ name }) => only === undefined || name.includes(only)).map(playSafely);
  },
};
