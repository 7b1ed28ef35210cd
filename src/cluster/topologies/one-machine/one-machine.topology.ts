// The smallest cluster: a control plane and one worker.
import { controlPlane, worker, type TopologyDescriptor } from '../topology.ts';

export const topology: TopologyDescriptor = {
  name: 'one-machine',
  explain: 'One control-plane machine and one worker: nothing can go elsewhere when it fails.',
  machines: [controlPlane('control-plane', 'rack-1'), worker('worker-1', 'rack-1')],
};
