// What the window remembers between two starts: small JSON values in the browser's own storage.

/** Where values are kept; a page without storage forgets. */
export interface Memory {
  read<T>(key: string, fallback: T): T;
  write(key: string, value: unknown): void;
}

const prefix = 'kubarium.';

export const pageMemory: Memory = {
  read<T>(key: string, fallback: T): T {
    try {
      const text = window.localStorage.getItem(prefix + key);
      return text === null ? fallback : (JSON.parse(text) as T);
    } catch {
      return fallback;
    }
  },
  write(key, value) {
    try {
      if (value === undefined) window.localStorage.removeItem(prefix + key);
      else window.localStorage.setItem(prefix + key, JSON.stringify(value));
    } catch {
      // A full or forbidden storage only means that nothing is remembered.
    }
  },
};
