// Applications from the wild, applied with the real kubectl, reach the state that their `expect.yaml` names; their pages answer inside and outside.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, type Served } from '../host/serve.ts';

interface Wanted {
  readonly ready?: string;
  readonly type?: string;
  readonly nodePort?: number;
  readonly endpoints?: number;
}

interface HttpEntry {
  readonly to: string;
  readonly path: string;
  readonly method?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly confidence: string;
}

interface Expectation {
  readonly apply: readonly string[];
  readonly expect: Readonly<Record<string, Wanted>>;
  readonly http: readonly HttpEntry[];
  readonly variants?: readonly { readonly apply: readonly string[]; readonly expect: Readonly<Record<string, Wanted>> | string }[];
}

const corpus = resolve(process.cwd(), '..', 'shared', 'corpus');
/** Those whose kinds are all served by now. The others of the corpus are named in the last test. */
const served = ['guestbook', 'voting-app'];
const kindsOfLater = /^(StatefulSet|DaemonSet|Job|CronJob|Ingress|HorizontalPodAutoscaler|PersistentVolumeClaim|PodDisruptionBudget|StorageClass)\//;

class Application {
  readonly folder: string;
  readonly expectation: Expectation;

  constructor(
    readonly host: Served,
    readonly name: string,
  ) {
    this.folder = join(corpus, name);
    this.expectation = parse(readFileSync(join(this.folder, 'expect.yaml'), 'utf8')) as Expectation;
  }

  apply(commands: readonly string[]): void {
    for (const command of commands) {
      const { exit, stderr } = this.host.kubectl(command.replace(/^kubectl /, ''), { cwd: this.folder });
      if (exit !== 0) throw new Error(`${command}: ${stderr}`);
    }
    this.host.ctl('advance --seconds 180');
  }

  /** What an object named in the expectations is like, in their words. */
  state(subject: string, wanted: Wanted): Wanted {
    const [kind = '', name = ''] = subject.split('/');
    const found = JSON.parse(this.host.kubectl(`get ${kind} ${name} -o json`).stdout) as { spec: Record<string, unknown>; status: Record<string, unknown> };
    if (kind !== 'Service') return { ready: `${String(found.status.readyReplicas ?? 0)}/${String(found.spec.replicas)}` };
    const slices = JSON.parse(this.host.kubectl(`get endpointslices -l kubernetes.io/service-name=${name} -o json`).stdout) as {
      items: { endpoints: { addresses: string[]; conditions: { ready: boolean } }[] | null }[];
    };
    const ready = slices.items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready);
    const [port] = found.spec.ports as [{ nodePort?: number }];
    return {
      type: found.spec.type as string,
      ...(wanted.nodePort === undefined ? {} : { nodePort: port.nodePort }),
      endpoints: ready.flatMap(({ addresses }) => addresses).length,
    };
  }

  /** The addresses that an entry means. */
  urls({ to, path }: HttpEntry): readonly string[] {
    const nodes = this.host.kubectl('get nodes -o jsonpath={.items[*].status.addresses[0].address}').stdout.split(' ');
    const service = /^Service\/([^:]+):(\d+)$/.exec(to);
    if (service) return [`http://${service[1]}:${service[2]}${path}`];
    const ofService = /^every node : node port of Service\/(.+)$/.exec(to);
    const port = ofService ? this.host.kubectl(`get service ${ofService[1]} -o jsonpath={.spec.ports[0].nodePort}`).stdout : /^any node:(\d+)$/.exec(to)?.[1];
    if (port === undefined) throw new Error(`The entry "${to}" is not understood.`);
    return nodes.map((node) => `http://${node}:${port}${path}`);
  }

  /** Asks from a pod inside the cluster, as somebody would; gives what its shell said. */
  fromInside(script: string): string {
    this.host.kubectl(['run', 'asker', '--image=busybox:1.36', '--restart=Never', '--', 'sh', '-c', script]);
    this.host.ctl('advance --seconds 60');
    const { stdout } = this.host.kubectl('logs asker');
    this.host.kubectl('delete pod asker --now --wait=false');
    this.host.ctl('advance --seconds 3');
    return stdout;
  }

  statusOf(entry: HttpEntry, url: string): number {
    const form = Object.entries(entry.form ?? {}).map(([name, value]) => `-d ${name}=${value}`);
    return Number(this.fromInside(`curl -s -m 5 -o /dev/null -w '%{http_code}' -X ${entry.method ?? 'GET'} ${form.join(' ')} '${url}'`));
  }
}

if (!existsSync(corpus)) {
  test.skipIf(process.env.CI !== 'true')('corpus not found', () => expect.fail(`There is no folder ${corpus}.`));
} else {
  describe.each(served)('%s', (name) => {
    let application: Application;
    beforeAll(async () => {
      application = new Application(await serve('--no-window --paused'), name);
      application.apply(application.expectation.apply);
    });
    afterAll(() => application.host.stop());

    test('reaches its state', () => {
      const { expect: wanted } = application.expectation;
      const found = Object.fromEntries(Object.entries(wanted).map(([subject, one]) => [subject, application.state(subject, one)]));
      expect(found).toEqual(wanted);
    });

    test('answers on its Services and node ports', () => {
      const { http } = application.expectation;
      const found = http.flatMap((entry) => application.urls(entry).map((url) => `${url} ${application.statusOf(entry, url)}`));
      expect(found).toEqual(http.flatMap((entry) => application.urls(entry).map((url) => `${url} ${entry.status}`)));
    });
  });

  test('guestbook: what is written to the leader is read from the followers', async () => {
    const application = new Application(await serve('--no-window --paused'), 'guestbook');
    try {
      application.apply(application.expectation.apply);
      const page = 'http://frontend/guestbook.php?key=messages&cmd=';
      expect(application.fromInside(`curl -s '${page}set&value=,hello'; sleep 2; curl -s '${page}get'`)).toContain('{"data": ",hello"}');
    } finally {
      await application.host.stop();
    }
  });

  test('guestbook: its variants reach the same', async () => {
    const { expectation } = new Application({} as Served, 'guestbook');
    for (const variant of expectation.variants ?? []) {
      const application = new Application(await serve('--no-window --paused'), 'guestbook');
      try {
        application.apply(variant.apply);
        const wanted = typeof variant.expect === 'string' ? expectation.expect : variant.expect;
        const found = Object.fromEntries(Object.entries(wanted).map(([subject, one]) => [subject, application.state(subject, one)]));
        expect(found).toEqual(wanted);
      } finally {
        await application.host.stop();
      }
    }
  });

  test('what of the corpus waits for kinds of later is named', () => {
    const needsOf = (name: string): string[] => {
      const { expect: wanted = {} } = parse(readFileSync(join(corpus, name, 'expect.yaml'), 'utf8')) as Partial<Expectation>;
      return [...new Set(Object.keys(wanted).flatMap((subject) => kindsOfLater.exec(subject)?.[1] ?? []))];
    };
    const others = readdirSync(corpus).filter((name) => existsSync(join(corpus, name, 'expect.yaml')) && !served.includes(name));
    const named = others.map((name) => `${name} (${needsOf(name).join(', ') || 'not played yet'})`);
    process.stdout.write(`corpus: ${served.length} applications played, ${named.length} for later: ${named.join('; ')}\n`);
    expect(served.flatMap(needsOf)).toEqual([]);
  });
}
