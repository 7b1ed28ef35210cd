// Keeps one client from starving the others: requests wait in a queue per flow, flows take turns, and a flow that asks for too much at once is
// told to come again. Upstream: apiserver/pkg/util/flowcontrol, --max-requests-inflight.

export interface FlowLimitsOptions {
  /** Answers of one flow that may be on their way at once. */
  readonly seats?: number;
  /** Requests of one flow that may wait. */
  readonly queueLength?: number;
  /** Watches and followed logs of one flow that may be open at once. */
  readonly streams?: number;
  /** Milliseconds of work between two looks at what else is to be done. */
  readonly slice?: number;
}

interface Flow {
  readonly waiting: (() => void)[];
  open: number;
  streams: number;
}

/** See the file's head. */
export class FlowLimits {
  private readonly flows = new Map<string, Flow>();
  private readonly seats: number;
  private readonly queueLength: number;
  private readonly streams: number;
  private readonly slice: number;
  private worked = 0;
  private isResting = false;

  constructor(options: FlowLimitsOptions = {}) {
    this.seats = options.seats ?? 200;
    this.queueLength = options.queueLength ?? 500;
    this.streams = options.streams ?? 1000;
    this.slice = options.slice ?? 8;
  }

  /** Runs `act` when it is its flow's turn; it calls `ended` when its answer has gone. False: there is no room, and nothing will be run. */
  submit(name: string, act: (ended: () => void) => void): boolean {
    const flow = this.flowOf(name);
    if (flow.waiting.length >= this.queueLength) return false;
    flow.waiting.push(() => {
      flow.open++;
      act(
        once(() => {
          flow.open--;
          this.forgetIfIdle(name, flow);
          this.work();
        }),
      );
    });
    this.work();
    return true;
  }

  /** Takes a place for a stream that stays open; gives the way to leave it, undefined when there is none. */
  openStream(name: string): (() => void) | undefined {
    const flow = this.flowOf(name);
    if (flow.streams >= this.streams) return undefined;
    flow.streams++;
    return once(() => {
      flow.streams--;
      this.forgetIfIdle(name, flow);
    });
  }

  private flowOf(name: string): Flow {
    let flow = this.flows.get(name);
    if (!flow) this.flows.set(name, (flow = { waiting: [], open: 0, streams: 0 }));
    return flow;
  }

  private forgetIfIdle(name: string, { waiting, open, streams }: Flow): void {
    if (waiting.length + open + streams === 0) this.flows.delete(name);
  }

  private work(): void {
    if (this.isResting) return;
    for (;;) {
      const next = this.next();
      if (!next) return;
      const begun = performance.now();
      next();
      this.worked += performance.now() - begun;
      if (this.worked < this.slice) continue;
      this.isResting = true;
      setImmediate(() => {
        this.isResting = false;
        this.worked = 0;
        this.work();
      });
      return;
    }
  }

  /** The first request of the flow whose turn it is; that flow goes to the end of the line. */
  private next(): (() => void) | undefined {
    for (const [name, flow] of this.flows) {
      if (flow.waiting.length === 0 || flow.open >= this.seats) continue;
      this.flows.delete(name);
      this.flows.set(name, flow);
      return flow.waiting.shift();
    }
    return undefined;
  }
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
