// What is said before a machine is lost, with its cable or with its power: what becomes of the pods that are seen on it.
import type { Words, WordKey } from '../../locales/words.ts';
import type { PreviewFacts } from './gesture.ts';

/** The sentences that differ between a cable and a power cord. */
export interface LossWords {
  readonly controlPlane: WordKey;
  readonly noPods: WordKey;
  readonly noneReplaced: WordKey;
  readonly replaced: WordKey;
  /** What its pods do at once. */
  readonly pods: 'gesture.preview.kept' | 'gesture.preview.stopped';
}

export function machineLossWords(name: string, words: Words, facts: PreviewFacts, said: LossWords): string {
  const notice = facts.span(facts.noticeSeconds * 1e6);
  const count = facts.pods + facts.systemPods;
  if (facts.isControlPlane) return words(said.controlPlane, { name });
  if (count === 0) return words(said.noPods, { name, notice });
  const pods = words(said.pods, { count });
  if (facts.replaced === 0) return words(said.noneReplaced, { name, pods, notice });
  const replaced =
    facts.replaced < count ? words('gesture.preview.replaced', { count: facts.replaced }) : words('gesture.preview.replacedAll', { count });
  return words(said.replaced, { name, pods, notice, replaced, replace: facts.span(facts.evictSeconds * 1e6) });
}
