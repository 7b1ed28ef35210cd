// How a kubelet words that pods cannot have addresses yet. Upstream: pkg/kubelet/runtime.go (runtimeState.networkErrors).

/** For node conditions and events; `message` is the runtime's own. */
export function networkProblem(message: string | undefined): string {
  const prefix = 'container runtime network not ready: ';
  const text = message ?? 'Network plugin returns error: cni plugin not initialized';
  return text.startsWith(prefix) ? text : `${prefix}NetworkReady=false reason:NetworkPluginNotReady message:${text}`;
}
