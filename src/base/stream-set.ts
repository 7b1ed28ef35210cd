// Conversations that end with whoever carries them: an API server or a kubelet that is killed takes them along.
import type { StreamEnd, StreamInput, StreamSink } from './stream.ts';

export class StreamSet {
  private readonly open = new Set<() => void>();

  /** Begins a conversation and remembers it until it is over. What `begin` throws is thrown. */
  carry(sink: StreamSink, begin: (sink: StreamSink) => StreamInput): StreamInput {
    let isOver = false;
    let input: StreamInput | undefined;
    const end = (how: StreamEnd): void => {
      if (isOver) return;
      isOver = true;
      this.open.delete(cut);
      sink.ended(how);
    };
    const cut = (): void => {
      input?.stop();
      end({ kind: 'cut' });
    };
    this.open.add(cut);
    try {
      input = begin({ output: (text) => void (isOver || sink.output(text)), errors: (text) => void (isOver || sink.errors(text)), ended: end });
    } catch (error) {
      this.open.delete(cut);
      throw error;
    }
    const carried = input;
    return {
      input: (text) => carried.input(text),
      endInput: () => carried.endInput(),
      resize: (columns, rows) => carried.resize(columns, rows),
      stop: () => {
        isOver = true;
        this.open.delete(cut);
        carried.stop();
      },
    };
  }

  /** The carrier is gone: every client hears that nothing more will come. */
  cutAll(): void {
    for (const cut of [...this.open]) cut();
  }
}
