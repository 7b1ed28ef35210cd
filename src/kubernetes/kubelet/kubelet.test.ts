// The kubelet on a real runtime and a real API server: what users see of pods, and when.
import { expect, test } from 'vitest';
import { minutes, seconds } from '@/simulation/clock/duration.ts';
import type { ConfigMap } from '@/kubernetes/api/core/v1/configmap/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import { configMapsResource } from '@/kubernetes/client/resources.ts';
import type { StaticPod } from './config/mirror-pods.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';

const nginx = { name: 'c', image: 'nginx:1.27' };
const shell = (script: string, more: object = {}): object => ({ name: 'c', image: 'busybox', imagePullPolicy: 'IfNotPresent', command: ['sh', '-c', script], ...more });

function readiness(node: TestNode): string | undefined {
  const found: Node = node.cluster.run(node.nodes.get('', node.name));
  const ready = found.status.conditions?.find(({ type }) => type === 'Ready');
  return `${ready?.status} ${ready?.reason}: ${ready?.message}`;
}

test('a node registers, waits for its address range, and is Ready with it', () => {
  const node = startTestNode().pass(seconds(1));
  expect(readiness(node)).toBe(
    'False KubeletNotReady: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized',
  );
  expect(readiness(node.becomeReady())).toBe('True KubeletReady: kubelet is posting ready status');
});

test('a pod is pulled, started, reported, and gone after its deletion', () => {
  const node = startTestNode().becomeReady();
  node.run('web', { containers: [nginx] }).pass(seconds(20));
  expect(node.pod('web')?.status).toMatchObject({ phase: 'Running', podIP: '10.244.1.2', hostIP: node.machine.ip });
  expect(node.conditions('web')).toBe('PodReadyToStartContainers=True Initialized=True Ready=True ContainersReady=True PodScheduled=True');
  expect(node.events('web')).toEqual([
    'Pulling: Pulling image "nginx:1.27"',
    expect.stringMatching(/^Pulled: Successfully pulled image "nginx:1.27" in [\d.]+s \([\d.]+s including waiting\)\. Image size: \d+ bytes\.$/),
    'Created: Container created',
    'Started: Container started',
  ]);
  node.delete('web').pass(seconds(5));
  expect([node.pod('web'), node.running, node.machine.runtime.listContainers(), node.machine.runtime.listPodSandboxes()]).toEqual([undefined, [], [], []]);
});

test('a container that crashes is restarted at once, then after 10 s, 20 s, 40 s', () => {
  const node = startTestNode().becomeReady();
  const start = node.now;
  node.run('crash', { containers: [shell('sleep 1; exit 3')] }).pass(seconds(5));
  expect(node.container('crash')).toBe('CrashLoopBackOff 1');
  node.pass(seconds(75));
  expect(node.deeds(start).filter((line) => /Started|BackOff/.test(line))).toEqual([
    '0 Started',
    '1 Started',
    '2 BackOff',
    '13 Started',
    '14 BackOff',
    '34 Started',
    '35 BackOff',
    '75 Started',
    '76 BackOff',
  ]);
  expect([...node.kubelet.deadlines()].map(({ kind, rule }) => `${kind}: ${rule}`)).toEqual(['backoff: CrashLoopBackOff 1m20s']);
});

test('an image that does not exist is tried again after 10 s and 20 s', () => {
  const node = startTestNode().becomeReady();
  node.run('bad', { containers: [{ name: 'c', image: 'nginx:does-not-exist' }] });
  const seen = [1, 2, 12, 14].map((at, index, all) => {
    node.pass(seconds(at - (all[index - 1] ?? 0)));
    return node.container('bad');
  });
  expect(seen).toEqual(['ErrImagePull', 'ImagePullBackOff', 'ErrImagePull', 'ImagePullBackOff']);
  expect(node.pod('bad')?.status.containerStatuses?.[0]?.state.waiting?.message).toMatch(
    /^Back-off pulling image "nginx:does-not-exist": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image .* not found$/,
  );
  expect(node.events('bad').map((line) => line.slice(0, 40))).toContain('Failed: Error: ImagePullBackOff (x2)');
});

test('probes: not started, not ready, not alive', () => {
  const node = startTestNode().becomeReady();
  const probes = {
    startupProbe: { exec: { command: ['cat', '/tmp/started'] }, periodSeconds: 1, failureThreshold: 30 },
    readinessProbe: { exec: { command: ['cat', '/tmp/ready'] }, periodSeconds: 2, failureThreshold: 1 },
    livenessProbe: { exec: { command: ['cat', '/tmp/started'] }, periodSeconds: 5, failureThreshold: 2 },
  };
  const script = 'sleep 4; touch /tmp/started /tmp/ready; sleep 10; rm /tmp/ready; sleep 6; rm /tmp/started; sleep 1000';
  node.run('p', { terminationGracePeriodSeconds: 3, containers: [shell(script, probes)] }).pass(seconds(3));
  const seen = [3, 7, 18, 36].map((at, index, all) => {
    if (index > 0) node.pass(seconds(at - (all[index - 1] ?? 0)));
    const { started, ready, restartCount } = node.pod('p')?.status.containerStatuses?.[0] ?? {};
    return `${at} started=${started} ready=${ready} restarts=${restartCount}`;
  });
  expect(seen).toEqual(['3 started=false ready=false restarts=0', '7 started=true ready=true restarts=0', '18 started=true ready=false restarts=0', '36 started=false ready=false restarts=1']);
  expect(node.events('p').map((line) => line.replace(/ \(x\d+\)$/, ''))).toEqual(
    expect.arrayContaining([
      "Unhealthy: Startup probe failed: cat: can't open '/tmp/started': No such file or directory\n",
      "Unhealthy: Readiness probe failed: cat: can't open '/tmp/ready': No such file or directory\n",
      'Killing: Container c failed liveness probe, will be restarted',
    ]),
  );
});

test('a probe that cannot look is said to have errored and decides nothing', () => {
  const node = startTestNode().becomeReady();
  node.run('p', { containers: [{ ...nginx, livenessProbe: { tcpSocket: { port: 'nope' }, periodSeconds: 1 }, readinessProbe: { exec: { command: ['sleep', '5'] }, periodSeconds: 2 } }] }).pass(seconds(30));
  expect([node.container('p'), node.conditions('p')]).toEqual(['Running', expect.stringContaining('Ready=False/ContainersNotReady')]);
  expect(node.events('p').map((line) => line.replace(/ \(x\d+\)$/, ''))).toEqual(
    expect.arrayContaining([
      'Unhealthy: Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "nope": invalid syntax',
      'Unhealthy: Readiness probe failed: command timed out: "sleep 5" timed out after 1s',
    ]),
  );
});

test('init containers run one after another, a sidecar beside the rest and to the end', () => {
  const node = startTestNode().becomeReady();
  const volumeMounts = [{ name: 'v', mountPath: '/d' }];
  node.run('i', {
    restartPolicy: 'Never',
    initContainers: [shell('echo one > /d/x; sleep 2', { name: 'first', volumeMounts }), { ...nginx, name: 'side', restartPolicy: 'Always' }, shell('cat /d/x; sleep 2', { name: 'second', volumeMounts })],
    containers: [shell('cat /d/x; sleep 3', { volumeMounts })],
    volumes: [{ name: 'v', emptyDir: {} }],
  });
  const seen = [1, 3, 2, 3, 3].map((span) => {
    node.pass(seconds(span));
    return `${node.pod('i')?.status.phase}: ${node.running.map((line) => line.slice(2)).join(' ')}`;
  });
  expect(seen).toEqual(['Pending: first', 'Pending: ', 'Pending: side second', 'Running: side c', 'Succeeded: ']);
  expect(node.kubelet.logs('default', 'i', 'c').map(({ text }) => text)).toEqual(['one']);
});

test('preStop counts against the grace period, SIGKILL ends it, less grace may be asked for', () => {
  const node = startTestNode().becomeReady();
  const stubborn = shell('trap "" TERM; while true; do sleep 1; done', { lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } });
  node.run('g', { terminationGracePeriodSeconds: 20, containers: [stubborn] }).pass(seconds(5));
  node.delete('g').pass(seconds(19));
  expect([node.running, [...node.kubelet.deadlines()].map(({ kind }) => kind)]).toEqual([['g/c'], ['termination']]);
  node.pass(seconds(2));
  expect([node.running, node.pod('g')]).toEqual([[], undefined]);
  node.run('h', { terminationGracePeriodSeconds: 60, containers: [stubborn] }).pass(seconds(5));
  node.delete('h').pass(seconds(10)).delete('h', 4).pass(seconds(5));
  expect([node.running, node.pod('h')]).toEqual([[], undefined]);
});

test('a new kubelet adopts what runs and stops what the API has forgotten', () => {
  const node = startTestNode().becomeReady();
  node.run('kept', { containers: [{ ...nginx, readinessProbe: { httpGet: { path: '/', port: 80 } } }] }).run('gone', { containers: [nginx] }).pass(seconds(20));
  node.machine.stopAgent('kubelet');
  node.delete('gone', 0).pass(seconds(20));
  expect(node.running).toEqual(['kept/c', 'gone/c']);
  const start = node.now;
  node.machine.startAgent('kubelet');
  node.pass(seconds(20));
  expect([node.running, node.container('kept'), node.deeds(start)]).toEqual([['kept/c'], 'Running', ['0 Killing']]);
});

test('cut off, it says once that the lease is not renewed; back again, it stops orphans', () => {
  const node = startTestNode().becomeReady();
  node.run('kept', { containers: [nginx] }).run('gone', { containers: [nginx] }).pass(seconds(20));
  const start = node.now;
  node.link.isCut = true;
  node.delete('gone', 0).pass(minutes(2));
  expect(node.running).toEqual(['kept/c', 'gone/c']);
  node.link.isCut = false;
  node.pass(minutes(1));
  expect([node.running, node.deeds(start).map((line) => line.replace(/^\d+ /, ''))]).toEqual([['kept/c'], ['LeaseRenewalFailed', 'LeaseRenewed', 'Killing']]);
});

test('after a loss of power pods get a new sandbox, disks stay and memory does not', () => {
  const node = startTestNode().becomeReady();
  const volumeMounts = [{ name: 'disk', mountPath: '/disk' }, { name: 'memory', mountPath: '/memory' }];
  const volumes = [{ name: 'disk', emptyDir: {} }, { name: 'memory', emptyDir: { medium: 'Memory' } }];
  node.run('p', { containers: [shell('echo x >> /disk/log; echo x >> /memory/log; cat /disk/log; echo --; cat /memory/log; sleep 1000', { volumeMounts })], volumes }).pass(seconds(10));
  node.machine.powerOff();
  node.pass(seconds(5));
  node.machine.powerOn();
  node.pass(minutes(1));
  expect([node.container('p'), node.kubelet.logs('default', 'p', 'c').map(({ text }) => text)]).toEqual(['Running 1', ['x', 'x', '--', 'x']]);
  expect(node.events('p')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.');
});

test('a static pod runs before there is an API object, and its mirror comes back', () => {
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'etcd', namespace: 'kube-system' }, spec: { hostNetwork: true, containers: [nginx] } };
  const node = startTestNode({ staticPods: [manifest as unknown as StaticPod] }).pass(seconds(10));
  const mirror = node.pod('etcd-worker-1', 'kube-system');
  expect([mirror?.status.phase, mirror?.metadata.ownerReferences?.[0]?.kind]).toEqual(['Running', 'Node']);
  node.cluster.run(node.pods.delete('kube-system', 'etcd-worker-1'));
  node.pass(seconds(2));
  const next = node.pod('etcd-worker-1', 'kube-system');
  expect([next?.status.phase, next?.metadata.uid === mirror?.metadata.uid, node.running]).toEqual(['Running', false, ['etcd-worker-1/c']]);
});

test('what does not fit fails with the reason, and can be deleted', () => {
  const node = startTestNode().becomeReady();
  const spec = { containers: [{ ...nginx, resources: { requests: { cpu: '3' } } }] };
  node.run('a', spec).run('b', spec).run('n', { containers: [nginx], nodeSelector: { disk: 'ssd' } }).pass(seconds(10));
  const states = ['a', 'b', 'n'].map((name) => [node.pod(name)?.status.phase, node.pod(name)?.status.reason, node.pod(name)?.status.message]);
  expect(states).toEqual([
    ['Running', undefined, undefined],
    ['Failed', 'OutOfcpu', "Pod was rejected: Node didn't have enough resource: cpu, requested: 3000, used: 3000, capacity: 4000"],
    ['Failed', 'NodeAffinity', 'Pod was rejected: Predicate NodeAffinity failed'],
  ]);
  expect(node.delete('b').pass(seconds(2)).pod('b')).toBeUndefined();
});

test('environment and volumes from the pod itself and from objects, which may come and change later', () => {
  const node = startTestNode().becomeReady();
  const configMaps = node.client.of<ConfigMap>(configMapsResource);
  const env = [
    { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
    { name: 'TEXT', value: '$(NAME) $$(NAME) $(NONE)' },
  ];
  const container = shell('echo $NAME $CPU "$TEXT" $X_a $KUBERNETES_SERVICE_HOST; while true; do cat /config/a; cat /me/labels; echo; sleep 30; done', {
    env,
    envFrom: [{ prefix: 'X_', configMapRef: { name: 'config' } }],
    resources: { limits: { cpu: '250m' } },
    volumeMounts: [{ name: 'config', mountPath: '/config' }, { name: 'me', mountPath: '/me' }],
  });
  const volumes = [
    { name: 'config', configMap: { name: 'config' } },
    { name: 'me', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  ];
  node.run('p', { containers: [container], volumes }, { labels: { app: 'x' } }).pass(seconds(5));
  expect([node.container('p'), node.events('p')[0]]).toEqual(['ContainerCreating', expect.stringContaining('FailedMount: MountVolume.SetUp failed for volume "config" : configmap "config" not found')]);
  node.cluster.run(configMaps.create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config', namespace: 'default' }, data: { a: 'one\n' } }));
  node.pass(seconds(30));
  node.cluster.run(configMaps.patch('default', 'config', 'merge', { data: { a: 'two\n' } }));
  node.pass(minutes(2));
  const lines = node.kubelet.logs('default', 'p', 'c').map(({ text }) => text);
  expect([lines[0], lines[1], lines[2], lines.at(-2)]).toEqual(['p 250 p $(NAME) $(NONE) one 10.96.0.1', 'one', 'app="x"', 'two']);
});
