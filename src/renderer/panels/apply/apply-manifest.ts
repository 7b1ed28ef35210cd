// Sends a manifest and makes one sentence of the answer.
import type { ApplyResult } from '@/contract/commands/answers.ts';
import { words } from '../../locales/words.ts';
import type { Stores } from '../../stores/stores.ts';

/** Applies `manifest`; what came of it in words. */
export async function applyManifest(stores: Stores, manifest: string): Promise<{ readonly text: string; readonly isRefusal: boolean }> {
  const namespace = stores.view.namespace === '' ? 'default' : stores.view.namespace;
  const receipt = await stores.host.send('applyManifest', { manifest, namespace });
  if (!receipt.accepted) return { text: receipt.message, isRefusal: true };
  const result = receipt.result as Partial<ApplyResult> | undefined;
  const text = result?.applied
    ? `${words('apply.applied', { count: result.applied.length })}: ${result.applied.join(', ')}`
    : words('apply.done');
  stores.view.speak(text);
  return { text, isRefusal: false };
}
