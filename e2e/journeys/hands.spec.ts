// What a hand may do on the bench: change places, which is remembered, and delete a pod by the bin.
import { expect, test, type Bench } from './bench.ts';

/** Where the second machine stands, seen from the first: the camera may move, this does not. */
const fromOneToTwo = async (bench: Bench): Promise<number[]> => {
  const [one, two] = [await bench.machine('worker-1').boundingBox(), await bench.machine('worker-2').boundingBox()];
  return [Math.round((two?.x ?? 0) - (one?.x ?? 0)), Math.round((two?.y ?? 0) - (one?.y ?? 0))].map(Math.sign);
};

test('machines that changed places stand there when the window is opened again', async ({ bench, page }) => {
  const before = await fromOneToTwo(bench);
  const after = before.map((way) => 0 - way);
  const goal = await bench.machine('worker-2').boundingBox();
  await bench.dragTo(bench.machine('worker-1'), { x: (goal?.x ?? 0) + 12, y: (goal?.y ?? 0) + 12 });
  await expect.poll(() => fromOneToTwo(bench)).toEqual(after);
  await page.reload();
  await expect.poll(() => fromOneToTwo(bench)).toEqual(after);
});

test('a pod carried to the bin is deleted, and its workload makes another', async ({ bench, page }) => {
  bench.host.kubectl('create deployment web --image=nginx');
  bench.host.kubectl('wait deployment/web --for=condition=Available --timeout=60s');
  const name = bench.host.kubectl('get pods -l app=web -o jsonpath={.items[0].metadata.name}').stdout;
  await bench.drag(page.locator(`[data-pod="default/${name}"]`), bench.drop('bin'));
  await expect(page.getByText(`kubectl delete pod ${name}`)).toBeVisible();
  await expect.poll(() => bench.host.kubectl('get pods -l app=web -o name').stdout.includes(name), { timeout: 60_000 }).toBe(false);
  expect(bench.host.kubectl('get pods -l app=web -o name').stdout).toMatch(/^pod\/web-/);
});
