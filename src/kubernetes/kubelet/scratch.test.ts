import { expect, test } from 'vitest';
import { seconds, minutes } from '@/simulation/clock/duration.ts';
import { startTestNode } from './testing/test-node.ts';
import { configMapsResource, secretsResource } from '@/kubernetes/client/resources.ts';

const log = (node: ReturnType<typeof startTestNode>) => console.log(node.cluster.occurrences.since(10).filter(o=>!/Event\//.test(o.subjects[0]??'') && o.reason !== 'Renewed').map((o) => `${new Date(o.time/1000).toISOString().slice(14,23)} ${o.id}<${o.cause} ${o.kind} ${o.reason} ${o.subjects[0]} ${o.message}`).join('\n'));

test('env and volumes', () => {
  const node = startTestNode().becomeReady();
  const cm = node.client.of<any>(configMapsResource);
  node.run('p', { automountServiceAccountToken: true, containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'env | sort; cat /cm/a; cat /sec/pw; cat /down/labels; cat /down/cpu; ls /var/run/secrets/kubernetes.io/serviceaccount; echo arg $(NAME) $$(NAME); while true; do cat /cm/a; sleep 30; done'],
    resources: { limits: { cpu: '250m', memory: '64Mi' } },
    env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }, { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }, { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } }, { name: 'HELLO', value: 'hi $(NAME) $(NOPE)' }, { name: 'K', valueFrom: { configMapKeyRef: { name: 'cm', key: 'a' } } }],
    envFrom: [{ prefix: 'X_', configMapRef: { name: 'cm' } }, { secretRef: { name: 'none', optional: true } }],
    volumeMounts: [{ name: 'cm', mountPath: '/cm' }, { name: 'sec', mountPath: '/sec' }, { name: 'down', mountPath: '/down' }] }],
    volumes: [{ name: 'cm', configMap: { name: 'cm' } }, { name: 'sec', secret: { secretName: 'sec' } }, { name: 'down', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }, { path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.cpu', divisor: '1m' } }] } }] }, { labels: { app: 'x', tier: 'y' } }).pass(seconds(6));
  console.log(node.events('p'));
  node.cluster.run(cm.create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': 'CERT' } }));
  node.cluster.run(cm.create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm', namespace: 'default' }, data: { a: 'one\n' } }));
  node.cluster.run(node.client.of<any>(secretsResource).create('default', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sec', namespace: 'default' }, data: { pw: 'aGVsbG8K' }, type: 'Opaque' }));
  node.pass(minutes(1));
  console.log(node.events('p'), JSON.stringify(node.pod('p')?.status.containerStatuses?.[0]));
  node.cluster.run(cm.patch('default', 'cm', 'merge', { data: { a: 'two\n' } }));
  node.pass(minutes(2));
  console.log(node.kubelet.logs('default', 'p', 'c').map(l => l.text));
});
test('config error', () => {
  const node = startTestNode().becomeReady();
  node.run('p', { containers: [{ name: 'c', image: 'busybox', env: [{ name: 'K', valueFrom: { configMapKeyRef: { name: 'cm', key: 'a' } } }] }] }).pass(seconds(6));
  console.log(node.events('p'), JSON.stringify(node.pod('p')?.status.containerStatuses?.[0]?.state));
  node.run('r', { containers: [{ name: 'c', image: 'busybox', command: ['/nope'] }] }).pass(seconds(30));
  console.log(node.events('r'), JSON.stringify(node.pod('r')?.status.containerStatuses?.[0]));
  node.run('d', { activeDeadlineSeconds: 5, restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['sleep', '100'] }] }).pass(seconds(40));
  console.log(node.events('d'), JSON.stringify(node.pod('d')?.status));
  try { node.kubelet.logs('default', 'p', 'c') } catch (e) { console.log(String(e)); }
});
