// What is said of the pods of a machine counts every pod that is drawn there, the system's too.
import { expect, test } from 'vitest';
import { machine } from '../../testing/feed.ts';
import { spanWords, startWords, words } from '../../locales/words.ts';
import { gesture } from './unplug-machine/unplug-machine.gesture.ts';

startWords('en');

const said = (pods: number, systemPods: number, replaced: number): string =>
  gesture.preview({ kind: 'machine', row: machine(1) }, words, {
    pods,
    systemPods,
    replaced,
    containers: 1,
    isInForce: false,
    stops: '',
    isControlPlane: false,
    noticeSeconds: 50,
    evictSeconds: 300,
    span: spanWords,
  });

test.each([
  [0, 1, 0, /Its pod keeps running\. Kubernetes notices in about 50 s; nothing there is made anew elsewhere\.$/],
  [1, 2, 2, /Its 3 pods keep running\. .* and replaces 2 of them about 5 min later\.$/],
  [3, 0, 3, /Its 3 pods keep running\. .* and replaces all of them about 5 min later\.$/],
  [1, 0, 1, /Its pod keeps running\. .* and replaces it about 5 min later\.$/],
])('%i pods and %i of the system, %i of them replaced', (pods, systemPods, replaced, sentence) => {
  expect(said(pods, systemPods, replaced)).toMatch(sentence);
});
