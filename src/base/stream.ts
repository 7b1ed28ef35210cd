// A conversation that somebody outside has with something inside, as calls: a command in a container, a connection to a port. Texts hold bytes as
// byte-text does. Nobody waits in a call; all of them come between two tasks of the engine.

/** How a conversation ended. */
export type StreamEnd =
  | { readonly kind: 'exit'; readonly code: number }
  /** It could not begin, or broke; a sentence. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Nobody is there any more to say how. */
  | { readonly kind: 'cut' };

/** What comes out. Nothing follows `ended`. */
export interface StreamSink {
  output(text: string): void;
  errors(text: string): void;
  ended(end: StreamEnd): void;
}

/** What goes in. */
export interface StreamInput {
  input(text: string): void;
  /** No more input will come; output may. */
  endInput(): void;
  /** The terminal's new size. */
  resize(columns: number, rows: number): void;
  /** The client is gone. `ended` is not called any more. */
  stop(): void;
}
