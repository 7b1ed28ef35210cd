// Requests and answers one by one, against one server: discovery, negotiation, methods.
import { resources } from '@/kubernetes/api/registry.ts';
import { compareBody, compareHead, type RecordedAnswer } from '../../answer-comparison.ts';
import { Bindings } from '../../expectation.ts';
import { GoldenServer, unservedPart, type GoldenRequest } from '../../server/golden-server.ts';
import type { CheckResult, Format } from '../format.ts';

interface Exchange {
  readonly request: GoldenRequest;
  readonly response: RecordedAnswer & { readonly empty?: boolean };
}

const whole = { allowsCutDown: false, allowsOthers: false } as const;

/** A group or version of which nothing is served. */
function unservedGroup(path: string): string | undefined {
  const [root, group, version] = path.split('/').filter((part) => part !== '');
  if (root !== 'apis' || group === undefined) return undefined;
  const isServed = resources.some((one) => one.group === group && (version === undefined || one.version === version));
  return isServed ? undefined : [group, version].filter((part) => part !== undefined).join('/');
}

function play(server: GoldenServer, { request, response }: Exchange, at: number): CheckResult {
  const accept = request.headers?.accept;
  const name = `#${at} ${request.method ?? 'GET'} ${request.path}${accept ? ` (${accept})` : ''}`;
  const missing = unservedPart(request.path) ?? unservedGroup(request.path);
  if (missing !== undefined) return { name, outcome: 'unserved', details: [missing] };
  try {
    const bindings = new Bindings();
    const answer = server.ask({ ...request, method: request.method ?? 'GET' });
    const details = [...compareHead(bindings, response, answer), ...compareBody(bindings, response, answer.text, whole)];
    if (response.empty && answer.text !== '') details.push(`body: expected none, got ${answer.text.slice(0, 200)}`);
    return { name, outcome: details.length === 0 ? 'same' : 'different', details };
  } catch (error) {
    return { name, outcome: 'different', details: [`threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`] };
  }
}

export const format: Format = {
  name: 'api-exchanges',
  accepts: ({ path, text }) => path.endsWith('.jsonl') && /^\s*\{"(note|request)":/.test(text),
  replay(file, only) {
    const lines = file.text.split('\n').filter((line) => line.trim() !== '');
    const server = new GoldenServer([]);
    const results = lines.map((line, at) => play(server, JSON.parse(line) as Exchange, at));
    return only === undefined ? results : results.filter(({ name }) => name.includes(only));
  },
};
