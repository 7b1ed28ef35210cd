// Applications of several images at work together: the guestbook, the voting app, Redis with its replicas.
import { expect, test } from 'vitest';
import { TestWorld, type TestContainer } from '../testing/test-world.ts';

/** Services by name: a name server that answers with pod addresses. */
class Town extends TestWorld {
  readonly names = new Map<string, string>();

  constructor() {
    super(3);
    this.machine('worker-1').network.listenDns(53, ({ name }) => {
      const address = this.names.get(name);
      return { kind: 'dns-answer', name, outcome: address ? 'ok' : 'NXDOMAIN', addresses: address ? [address] : [] };
    });
  }

  serve(machine: string, service: string, image: string, env: Readonly<Record<string, string>> = {}): TestContainer {
    const container = this.start(machine, { image, env, name: service, dnsServers: [this.machine('worker-1').ip] });
    this.names.set(service, container.ip);
    return container;
  }

  ask(client: TestContainer, script: string): string {
    const { stdout, stderr } = this.await(client.machine.runtime.execSync(client.id, ['sh', '-c', script], 0));
    return (stdout + stderr).trim();
  }
}

test('the guestbook writes to its master and reads from a replica', () => {
  const town = new Town();
  town.serve('worker-1', 'redis-master', 'registry.k8s.io/redis:e2e');
  town.serve('worker-2', 'redis-replica', 'gcr.io/google_samples/gb-redisslave:v1');
  const frontend = town.serve('worker-3', 'frontend', 'gcr.io/google-samples/gb-frontend:v5', { GET_HOSTS_FROM: 'dns' });
  town.run(3);
  expect([
    town.ask(frontend, `curl -s -o /dev/null -w '%{http_code}' http://localhost/`),
    town.ask(frontend, `curl -s 'http://localhost/guestbook.php?cmd=set&key=messages&value=,hello'`),
    town.ask(frontend, `sleep 1; curl -s 'http://localhost/guestbook.php?cmd=get&key=messages'`),
  ]).toEqual(['200', '{"message": "Updated"}', '{"data": ",hello"}']);
});

test('a replica finds its master again after the master was killed', () => {
  const town = new Town();
  const master = town.serve('worker-1', 'redis-master', 'redis');
  const replica = town.serve('worker-2', 'redis-replica', 'gcr.io/google_samples/gb-redisslave:v1');
  town.run(3);
  town.await(master.machine.runtime.stopContainer(master.id, 0));
  town.run(2);
  const next = town.serve('worker-3', 'redis-master', 'redis');
  town.ask(next, 'redis-cli SET a 1');
  town.run(5);
  expect([
    town.ask(replica, 'redis-cli GET a'),
    town.ask(replica, 'redis-cli SET a 2'),
    town.ask(replica, 'redis-cli INFO | grep link'),
  ]).toEqual(['1', "READONLY You can't write against a read only replica.", 'master_link_status:up']);
});

test('a vote goes from the page through redis and the worker into the database and onto the result page', () => {
  const town = new Town();
  const vote = town.serve('worker-1', 'vote', 'dockersamples/examplevotingapp_vote');
  town.serve('worker-2', 'worker', 'dockersamples/examplevotingapp_worker');
  const result = town.serve('worker-3', 'result', 'dockersamples/examplevotingapp_result');
  expect(town.ask(result, 'curl -s http://localhost/ | grep result')).toBe('<div id="result">No votes yet</div>');
  town.serve('worker-2', 'redis', 'redis:alpine');
  town.serve('worker-3', 'db', 'postgres:15-alpine', { POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'postgres' });
  town.run(20);
  town.ask(
    vote,
    `curl -s -d vote=a -H 'Cookie: voter_id=1' http://localhost/; curl -s -d vote=a -H 'Cookie: voter_id=2' http://localhost/; curl -s -d vote=b -H 'Cookie: voter_id=1' http://localhost/`,
  );
  town.run(2);
  expect(town.ask(result, 'curl -s http://localhost/ | grep -E "choice|result"')).toBe(
    '<div class="choice cats">Cats 50.0%</div>\n<div class="choice dogs">Dogs 50.0%</div>\n<div id="result">2 votes</div>',
  );
});

test('redis keeps a snapshot at a clean end', () => {
  const town = new Town();
  const data = town.machine('worker-1').files.directory('/var/lib/kubelet/pods/u/volumes/data');
  const run = (): TestContainer =>
    town.start('worker-1', { image: 'redis:7', mounts: [{ containerPath: '/data', source: data, isReadOnly: false }] });
  const first = run();
  town.ask(first, 'redis-cli RPUSH list a b c; redis-cli INCR n');
  town.await(first.machine.runtime.stopContainer(first.id, 30));
  expect(town.ask(run(), 'redis-cli LRANGE list 0 -1; redis-cli GET n')).toBe('a\nb\nc\n1');
});
