// The cluster of the first start: one control plane and three workers in one rack.
import { controlPlane, worker, type TopologyDescriptor } from '../topology.ts';

export const topology: TopologyDescriptor = {
  name: 'three-workers',
  explain: 'One control-plane machine and three workers: small enough to see everything, large enough to lose a machine.',
  machines: [controlPlane('control-plane', 'rack-1'), worker('worker-1', 'rack-1'), worker('worker-2', 'rack-1'), worker('worker-3', 'rack-1')],
};
