// Commands, attached clients and forwarded ports of a node's pods, as the API server asks the kubelet for them.
// Upstream: pkg/kubelet/kubelet_pods.go (GetExec, GetAttach, GetPortForward) and the runtime's streaming server behind them.
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import { StreamSet } from '@/base/stream-set.ts';
import { RuntimeError, type RuntimeService, type TerminalRequest } from '@/kubernetes/cri-api/runtime.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { PodWorker } from '../pod-workers/pod-worker.ts';

/** The kubelet has no such pod or container; the text is its answer. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
}

export class PodStreams {
  private readonly streams = new StreamSet();

  constructor(
    context: Context,
    private readonly runtime: RuntimeService,
  ) {
    context.onEnd(() => this.streams.cutAll());
  }

  /** Throws {@link StreamRefused}; what the runtime refuses ends the stream with its words. */
  exec(worker: PodWorker | undefined, container: string, command: readonly string[], request: TerminalRequest, sink: StreamSink): StreamInput {
    const id = this.runningContainer(worker, container);
    return this.begin(sink, (told) => this.runtime.exec(id, command, request, told), 'error executing command in container: ');
  }

  attach(worker: PodWorker | undefined, container: string, request: TerminalRequest, sink: StreamSink): StreamInput {
    const id = this.runningContainer(worker, container);
    return this.begin(sink, (told) => this.runtime.attach(id, request, told), 'error attaching to container: ');
  }

  portForward(worker: PodWorker | undefined, port: number, sink: StreamSink): StreamInput {
    const sandbox = worker?.sandbox;
    if (!worker || !sandbox) throw new StreamRefused('pod does not exist');
    const beginning = `error forwarding port ${port} to pod ${sandbox.id}, uid : `;
    const told: StreamSink = {
      output: (text) => sink.output(text),
      errors: (text) => sink.errors(text),
      ended: (end) => sink.ended(end.kind === 'failed' ? { ...end, message: beginning + end.message } : end),
    };
    return this.begin(told, (inner) => this.runtime.portForward(sandbox.id, port, inner), '');
  }

  private runningContainer(worker: PodWorker | undefined, container: string): string {
    if (!worker) throw new StreamRefused('pod does not exist');
    const id = worker.containers.all.find(({ name }) => name === container)?.id ?? '';
    if (id === '' || this.runtime.containerStatus(id)?.state !== 'running') throw new StreamRefused(`container not found ("${container}")`);
    return id;
  }

  private begin(sink: StreamSink, begin: (sink: StreamSink) => StreamInput, beginning: string): StreamInput {
    try {
      return this.streams.carry(sink, begin);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      sink.ended({ kind: 'failed', message: beginning + error.message.replace(/^rpc error: code = \w+ desc = /, '') });
      return silent;
    }
  }
}

const nothing = (): void => undefined;
const silent: StreamInput = { input: nothing, endInput: nothing, resize: nothing, stop: nothing };
