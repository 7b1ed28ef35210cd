// Does what a gesture says: sends its commands, and puts one line at the foot of the bench with its undo and its kubectl words.
import type { Stores } from '../../stores/stores.ts';
import { words } from '../../locales/words.ts';
import type { CommandCall, GestureDescriptor, Thing } from './gesture.ts';
import { nameOf } from './gesture.ts';

/** Sends `calls` one after another; the first refusal's sentence, or undefined when all were taken in. */
export async function sendAll(stores: Stores, calls: readonly CommandCall[]): Promise<string | undefined> {
  for (const call of calls) {
    const receipt = await sendOne(stores, call);
    if (!receipt.accepted) return receipt.message;
  }
  return undefined;
}

function sendOne(stores: Stores, call: CommandCall): ReturnType<Stores['host']['send']> {
  return stores.host.send(call.name, call.parameters as never);
}

/** The name a sentence about `thing` uses for `gesture`. */
export function spokenName(gesture: GestureDescriptor, thing: Thing): string {
  return gesture.name === 'kill-container' && thing.kind === 'pod' ? thing.entry.row.component : nameOf(thing);
}

/** Does it. Resolves to whether the host took it in. */
export async function perform(stores: Stores, gesture: GestureDescriptor, thing: Thing): Promise<boolean> {
  const refusal = await sendAll(stores, gesture.commands(thing));
  if (refusal !== undefined) {
    stores.view.say({ text: words('gesture.refused', { message: refusal }), isRefusal: true });
    return false;
  }
  const undo = gesture.undo?.(thing);
  stores.view.say({
    text: words(gesture.done, { name: spokenName(gesture, thing) }),
    kubectl: gesture.kubectl(thing) ?? words('app.noKubectl'),
    undo: undo && (() => void sendAll(stores, undo)),
  });
  return true;
}
