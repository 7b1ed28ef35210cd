// The main process of one container is killed, as by `kill -9` on its machine.
import type { Container } from '../../runtime/container.ts';
import type { World } from '../../world.ts';
import { FaultError, recordFault, type Fault } from '../fault.ts';

function containerOf(world: World, target: string): Container {
  const [namespace, pod, name] = target.split('/');
  if (!namespace || !pod) throw new FaultError(`"${target}" names no container: write namespace/pod/container.`);
  for (const machine of world.machines) {
    for (const container of machine.runtime.running) {
      if (container.pod.namespace === namespace && container.pod.name === pod && (!name || container.name === name))
        return container;
    }
  }
  throw new FaultError(`No container of ${target} is running on any machine.`);
}

export const fault: Fault = {
  name: 'container-killed',
  explain: 'The container ends with exit code 137. Its kubelet sees that and starts it again, later each time it happens.',
  appliesTo: 'container',
  target: 'namespace/pod/container, e.g. default/web-1/nginx',
  inject(world, target) {
    const container = containerOf(world, target);
    const { namespace, name } = container.pod;
    recordFault(
      world,
      'ContainerProcessKilled',
      container.subjects,
      `The process of container ${container.name} of pod ${namespace}/${name} on ${container.machine.name} was killed by hand.`,
    );
    container.signal(9);
  },
  heal(_world, target) {
    throw new FaultError(`There is nothing to repair on ${target}: the kubelet starts a killed container again by itself.`);
  },
  preview(world, target) {
    const container = containerOf(world, target);
    const { namespace, name } = container.pod;
    const isControlPlane = world.machine(container.machine.name)?.role === 'control-plane';
    return {
      target,
      machine: container.machine.name,
      isInForce: false,
      stops: 'one container',
      pods: [`${namespace}/${name}`],
      containers: 1,
      isControlPlane,
    };
  },
  inForce: () => [],
};
