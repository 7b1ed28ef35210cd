// The process that runs all controllers. Upstream: cmd/kube-controller-manager/app/controllermanager.go.
import type { Client } from '@/kubernetes/client/client.ts';
import { EventRecorder } from '@/kubernetes/client/event-recorder.ts';
import { InformerFactory } from '@/kubernetes/client/informer.ts';
import type { Context } from '@/simulation/process/process.ts';
import { defaultFlags, type ControllerDescriptor, type ControllerFlags } from './controller.ts';
import { controllers } from './registry.ts';

export interface ControllerManagerOptions extends Partial<ControllerFlags> {
  readonly client: Client;
}

export interface ControllerManager {
  /** Whether all informers have listed once: from then on the controllers work. */
  readonly isReady: boolean;
}

/**
 * Starts all controllers that the flags ask for. Nothing is kept anywhere but in the API: kill the context's process and start again.
 * Differs: no leader election and no client-side rate limit; one such process runs per cluster, and its requests cost no real time.
 */
export function startControllerManager(context: Context, options: ControllerManagerOptions): ControllerManager {
  const { client, ...flags } = options;
  const informers = new InformerFactory(context, client);
  const settings: ControllerFlags = { ...defaultFlags, ...flags };
  for (const controller of controllers) {
    if (!isEnabled(controller.name, settings.controllers)) continue;
    startController(context, controller, client, informers, settings);
  }
  informers.start();
  let isReady = false;
  context.spawn(
    (function* () {
      yield* informers.waitForSync();
      isReady = true;
    })(),
  );
  return {
    get isReady() {
      return isReady;
    },
  };
}

/** Starts one controller; the caller starts the informers. For the controller manager and for tests. */
export function startController(
  context: Context,
  controller: ControllerDescriptor,
  client: Client,
  informers: InformerFactory,
  flags: ControllerFlags,
): void {
  const recorder = new EventRecorder({ client, component: controller.component ?? controller.name });
  controller.start(context, {
    client,
    informers,
    flags,
    event: (object, type, reason, message) => recorder.event(object, type, reason, message),
    decide: (decision) => context.record({ ...decision, kind: 'controller', actor: controller.name }),
  });
}

function isEnabled(name: string, list: readonly string[]): boolean {
  if (list.includes(`-${name}`)) return false;
  return list.includes(name) || list.includes('*');
}
