// What a shell script means once it is read: words with their quoting, and commands of all kinds.

/** A piece of a word. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'parameter'; readonly expansion: ParameterExpansion; readonly isQuoted: boolean }
  | { readonly kind: 'command'; readonly script: Script; readonly isQuoted: boolean }
  | { readonly kind: 'arithmetic'; readonly word: Word; readonly isQuoted: boolean };

export type Word = readonly WordPart[];

/** `${name:-word}` and its relatives. */
export interface ParameterExpansion {
  readonly name: string;
  /** An array's index: `${items[$i]}`. */
  readonly index?: Word;
  readonly isLength: boolean;
  /** `:-`, `-`, `:=`, `=`, `:?`, `?`, `:+`, `+`, `#`, `##`, `%`, `%%`, `/`, `//`, `:`, `^^`, `,,`; empty when plain. */
  readonly operator: string;
  readonly word: Word;
  /** Replacement of `/`, length of `:`. */
  readonly second?: Word;
}

export interface Redirect {
  readonly descriptor: number;
  readonly kind: '<' | '>' | '>>' | '>&' | '<&' | '&>' | '<<' | '<<<';
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly isAppend: boolean;
  readonly value: Word;
  /** `name=(a b c)`. */
  readonly items?: readonly Word[];
}

export type Command =
  | {
      readonly kind: 'simple';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'group'; readonly body: Script; readonly isSubshell: boolean; readonly redirects: readonly Redirect[] }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[];
      readonly otherwise: Script | undefined;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: 'loop';
      readonly isUntil: boolean;
      readonly condition: Script;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: 'for';
      readonly name: string;
      readonly words: readonly Word[] | undefined;
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: 'for-arithmetic';
      readonly parts: readonly Word[];
      readonly body: Script;
      readonly redirects: readonly Redirect[];
    }
  | {
      readonly kind: 'case';
      readonly word: Word;
      readonly arms: readonly { readonly patterns: readonly Word[]; readonly body: Script }[];
      readonly redirects: readonly Redirect[];
    }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'test'; readonly words: readonly Word[]; readonly redirects: readonly Redirect[] }
  | { readonly kind: 'arithmetic'; readonly word: Word; readonly redirects: readonly Redirect[] };

export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
}

/** Pipelines joined by `&&` and `||`; `isBackground` when `&` ends it. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: '&&' | '||'; readonly pipeline: Pipeline }[];
  readonly isBackground: boolean;
}

export type Script = readonly AndOr[];

/** The script cannot be read; the message is what the shell says after its name. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}
