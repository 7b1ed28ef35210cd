// An agent of a machine (its kubelet, its kube-proxy) is stopped.
import type { Machine } from '../../machines/machine.ts';
import type { World } from '../../world.ts';
import { FaultError, machineOf, recordFault, type Fault } from '../fault.ts';

function agentOf(world: World, target: string): { readonly machine: Machine; readonly agent: string } {
  const [name = '', agent = ''] = target.split('/');
  const machine = machineOf(world, name);
  if (machine.agentNames.includes(agent)) return { machine, agent };
  throw new FaultError(
    `"${target}" names no agent of ${name}. Its agents are: ${machine.agentNames.map((one) => `${name}/${one}`).join(', ') || 'none'}.`,
  );
}

export const fault: Fault = {
  name: 'agent-stopped',
  explain:
    'The agent ends; what it set up stays as it is: containers run on without their kubelet, packet rules stay without their kube-proxy.',
  appliesTo: 'agent',
  target: 'machine/agent, e.g. worker-1/kubelet',
  inject(world, target) {
    const { machine, agent } = agentOf(world, target);
    if (!machine.isAgentRunning(agent)) throw new FaultError(`${agent} on ${machine.name} does not run.`);
    recordFault(world, 'AgentStopped', machine.subjects, `${agent} on ${machine.name} was stopped.`);
    machine.stopAgent(agent);
  },
  heal(world, target) {
    const { machine, agent } = agentOf(world, target);
    if (machine.isAgentRunning(agent)) throw new FaultError(`There is nothing to repair: ${agent} on ${machine.name} runs.`);
    if (!machine.isBooted) throw new FaultError(`${machine.name} has to be on before ${agent} can be started.`);
    recordFault(world, 'AgentStarted', machine.subjects, `${agent} on ${machine.name} was started again.`);
    machine.startAgent(agent);
  },
  preview(world, target) {
    const { machine, agent } = agentOf(world, target);
    return {
      target,
      machine: machine.name,
      isInForce: !machine.isAgentRunning(agent),
      stops: 'one agent',
      pods: [],
      containers: 0,
      isControlPlane: machine.role === 'control-plane',
    };
  },
  inForce: (world) =>
    world.machines.flatMap((machine) =>
      machine.isBooted
        ? machine.agentNames.filter((agent) => !machine.isAgentRunning(agent)).map((agent) => `${machine.name}/${agent}`)
        : [],
    ),
};
