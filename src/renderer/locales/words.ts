// The window's words in the reader's language, with keys checked by the compiler.
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Deadline } from '@/contract/feed/feed.ts';
import type { LanguageName } from '../stores/view/view-store.ts';
import { en, type Messages } from './en.ts';
import { zhCN } from './zh-cn.ts';
import { zhReasons } from './zh-reasons.ts';

type Plain<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;
type Paths<T> = { [K in keyof T & string]: T[K] extends string ? Plain<K> : `${K}.${Paths<T[K]>}` }[keyof T & string];

/** A key of {@link Messages}: `transport.play`. Plural keys go without their ending. */
export type WordKey = Paths<Messages>;
export type WordValues = Readonly<Record<string, string | number>>;
export type Words = (key: WordKey, values?: WordValues) => string;

/** Loads both languages. Call once before the first component. */
export function startWords(language: LanguageName): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    interpolation: { escapeValue: false },
    initAsync: false,
    react: { useSuspense: false },
  });
}

export function speakLanguage(language: LanguageName): void {
  void i18next.changeLanguage(language);
}

/** For code outside of components: the canvas and the live region. */
export const words: Words = (key, values) => i18next.t(key, { ...values });

/** For components: renders again when the language changes. */
export function useWords(): Words {
  const { t } = useTranslation();
  return (key, values) => t(key, { ...values });
}

/** What a key that may not exist says, else `fallback`: for words that come as data (names of faults, upstream's reasons). */
export function wordsOr(key: string, fallback: string): string {
  return i18next.exists(key) ? i18next.t(key) : fallback;
}

/** What upstream's reason means, in languages that need it said; '' when the reason speaks for itself. */
export function reasonWords(reason: string): string {
  return i18next.language === 'zh-CN' ? (zhReasons[reason] ?? '') : '';
}

/** The rule of a deadline: the host's own sentence in English, else ours with the host's setting beside it. */
export function ruleWords(deadline: { readonly kind: Deadline['kind']; readonly rule: string }): string {
  const isSentence = deadline.rule.endsWith('.');
  if (isSentence && i18next.language === 'en') return deadline.rule;
  const rule = words(`rule.${deadline.kind}`);
  return isSentence || deadline.rule === '' ? rule : `${rule} (${deadline.rule})`;
}

/** A span of µs in words: `50 s`, `5 min`, `1 min 20 s`. */
export function spanWords(micros: number): string {
  if (micros < 1e6) return words('span.ms', { n: Math.max(0, Math.round(micros / 1000)) });
  const seconds = Math.round(micros / 1e6);
  if (seconds < 60) return words('span.s', { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? words('span.min', { n: minutes }) : words('span.minS', { n: minutes, s: seconds % 60 });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? words('span.h', { n: hours }) : words('span.hMin', { n: hours, m: minutes % 60 });
  return words('span.d', { n: Math.floor(hours / 24) });
}

/** `09:14:07.250`: the time of day of an instant in µs, UTC. */
export function clockWords(micros: number, withMilliseconds = true): string {
  const text = new Date(micros / 1000).toISOString();
  return withMilliseconds ? text.slice(11, 23) : text.slice(11, 19);
}
