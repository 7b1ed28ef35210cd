// Scenarios: steps in order against one server, each with the real server's answer; watches stay open until the end.
import { milliseconds } from '@/simulation/clock/duration.ts';
import { compareBody, compareHead, type RecordedAnswer } from '../../answer-comparison.ts';
import { Bindings, Comparison } from '../../expectation.ts';
import {
  credentialOf,
  GoldenServer,
  unservedPart,
  type GoldenRequest,
  type NamespaceWish,
  type OpenStream,
} from '../../server/golden-server.ts';
import type { CheckResult, Format } from '../format.ts';

interface Step {
  readonly request?: GoldenRequest;
  readonly response?: RecordedAnswer;
  readonly as?: string;
  readonly note?: string;
  readonly watch?: string;
  readonly events?: readonly unknown[];
  readonly ended?: boolean;
  readonly until?: { readonly path: string };
  readonly settle?: number;
  readonly kubectl?: readonly string[];
  readonly webhook?: unknown;
  readonly asked?: unknown;
}

interface Scenario {
  readonly name: string;
  readonly controllers?: string;
  readonly namespaces?: readonly (string | NamespaceWish)[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** One playing of a scenario. */
class Playing {
  readonly results: CheckResult[] = [];
  private readonly bindings = new Bindings();
  private readonly server: GoldenServer;
  private readonly streams: { readonly name: string; readonly step: Step; readonly stream: OpenStream; readonly details: string[] }[] = [];
  private readonly namespace: string;
  private missing: string | undefined;

  constructor(private readonly scenario: Scenario) {
    this.server = new GoldenServer(scenario.namespaces ?? []);
    const first = scenario.namespaces?.[0];
    this.namespace = typeof first === 'string' ? first : (first?.name ?? 'default');
  }

  play(): readonly CheckResult[] {
    this.scenario.steps.forEach((step, at) => {
      const name = `${this.scenario.name} #${at}`;
      try {
        this.take(step, name);
      } catch (error) {
        this.finish(`${name} ${step.request?.path ?? ''}`, [
          `threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        ]);
      }
    });
    for (const { name, step, stream, details } of this.streams) this.finish(name, this.compareEvents(step, stream, details));
    return this.results;
  }

  private take(step: Step, name: string): void {
    if (step.settle !== undefined) return this.server.settle(milliseconds(step.settle));
    if (step.kubectl) {
      // What it would have done is missing from here on.
      this.missing ??= 'kubectl';
      return this.unserved(name, 'kubectl');
    }
    if (step.webhook !== undefined || step.asked !== undefined) {
      this.missing ??= 'webhooks';
      return;
    }
    if (step.until) {
      this.missing ??= 'controllers';
      return this.server.settle(milliseconds(1000));
    }
    if (!step.request || !step.response) return;
    const label = `${name} ${step.request.method ?? 'GET'} ${step.request.path}`;
    const part = this.missing ?? unservedPart(step.request.path);
    if (part !== undefined) return this.unserved(label, part);
    this.server.settle(milliseconds(10));
    const credential = credentialOf(step.as, this.namespace);
    const request = this.filled(step.request);
    if (step.watch !== undefined) {
      const stream = this.server.open(request, credential);
      const details = compareHead(this.bindings, step.response, stream);
      this.streams.push({ name: `${label} (watch)`, step, stream, details });
      return;
    }
    const answer = this.server.ask(request, credential);
    const details = compareHead(this.bindings, step.response, answer);
    const allowsOthers = /other objects are left out|compare by name/.test(step.note ?? '');
    details.push(...compareBody(this.bindings, step.response, answer.text, { allowsCutDown: true, allowsOthers }));
    this.finish(label, details);
  }

  private filled(request: GoldenRequest): GoldenRequest {
    const text = this.bindings.fill(JSON.stringify(request), this.server.nowSeconds);
    const filled = JSON.parse(text) as GoldenRequest;
    return { ...filled, headers: { ...this.scenario.headers, ...filled.headers } };
  }

  private unserved(name: string, what: string): void {
    this.results.push({ name, outcome: 'unserved', details: [what] });
  }

  private finish(name: string, details: readonly string[]): void {
    this.results.push({ name, outcome: details.length === 0 ? 'same' : 'different', details });
  }

  private compareEvents(step: Step, stream: OpenStream, details: string[]): readonly string[] {
    const expected = step.events ?? [];
    const actual = stream.lines().map((line) => JSON.parse(line) as unknown);
    const comparison = new Comparison(this.bindings, { allowsCutDown: true, allowsOthers: false });
    comparison.compare('.events', expected, actual);
    if (step.ended !== undefined && step.ended !== stream.hasEnded) details.push(`ended: expected ${step.ended}, got ${stream.hasEnded}`);
    return [...details, ...comparison.differences];
  }
}

export const format: Format = {
  name: 'api-scenarios',
  accepts: ({ path, text }) =>
    path.endsWith('.json') && /^\s*\{\s*"name"/.test(text) && /^ ?"steps"\s*:\s*\[|"steps": \[/m.test(text.slice(0, 4000)),
  replay(file, only) {
    const scenario = JSON.parse(file.text) as Scenario;
    if (only !== undefined && !scenario.name.includes(only) && !only.startsWith(scenario.name)) return [];
    const results = new Playing(scenario).play();
    return only === undefined || scenario.name.includes(only) ? results : results.filter(({ name }) => name.startsWith(only));
  },
};
