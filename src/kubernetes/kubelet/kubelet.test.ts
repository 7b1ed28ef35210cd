// The kubelet on a real runtime and a real API server: what users see of pods, and when.
import { expect, test } from 'vitest';
import { seconds } from '@/simulation/clock/duration.ts';
import { startTestNode } from './testing/test-node.ts';

const log = (node: ReturnType<typeof startTestNode>) => console.log(node.cluster.occurrences.since(10).filter(o=>!/Event\//.test(o.subjects[0]??'')).map((o) => `${new Date(o.time/1000).toISOString().slice(14,23)} ${o.id}<${o.cause} ${o.kind} ${o.reason} ${o.subjects[0]} ${o.message}`).join('\n'));

test('crash', () => {
  const node = startTestNode().becomeReady();
  node.run('crash', { containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo hi; sleep 1; exit 3'] }] }).pass(seconds(100));
  console.log(JSON.stringify(node.pod('crash')?.status, null, 1));
  console.log(node.events('crash'));
  console.log(node.kubelet.deadlines());
  console.log(node.kubelet.logs('default','crash','c'));
  log(node);
});
test('image', () => {
  const node = startTestNode().becomeReady();
  node.run('bad', { containers: [{ name: 'c', image: 'nginx:does-not-exist' }] });
  for (let i = 0; i < 8; i++) { node.pass(seconds(5)); console.log(JSON.stringify(node.pod('bad')?.status.containerStatuses?.[0]?.state)); }
  console.log(node.events('bad'));
  node.delete('bad').pass(seconds(3));
  expect(node.pod('bad')).toBeUndefined();
  log(node);
});
