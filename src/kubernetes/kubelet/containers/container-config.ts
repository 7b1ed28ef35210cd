// One container as the runtime is asked for it. Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go, pkg/kubelet/kubelet_pods.go (makeMounts).
import { quantityToMilli, quantityToValue } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import type { Container, HostAlias, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { FileTree } from '@/kubernetes/cri-api/files.ts';
import type { ContainerConfig, ContainerResources, Mount } from '@/kubernetes/cri-api/runtime.ts';
import { annotationsOf, podLabels } from '../runtime/containers.ts';
import type { MountedVolume } from '../volumes/volume-mounter.ts';
import { PayloadTree } from '../volumes/payload-tree.ts';
import { EnvironmentError } from './environment.ts';
import { expand } from './expansion.ts';
import type { Variable } from './service-variables.ts';

const resourcesKnown = new WeakMap<Container, ContainerResources>();

function resourcesOf(container: Container): ContainerResources {
  let resources = resourcesKnown.get(container);
  if (resources === undefined) {
    const { requests, limits } = container.resources ?? {};
    const amount = (text: string | undefined, read: (text: string) => number): number | undefined => (text === undefined ? undefined : read(text));
    resources = {
      cpuRequestMillicores: amount(requests?.['cpu'] ?? limits?.['cpu'], quantityToMilli),
      cpuLimitMillicores: amount(limits?.['cpu'], quantityToMilli),
      memoryRequestBytes: amount(requests?.['memory'] ?? limits?.['memory'], quantityToValue),
      memoryLimitBytes: amount(limits?.['memory'], quantityToValue),
    };
    resourcesKnown.set(container, resources);
  }
  return resources;
}

/** What a container is made from beside its spec. */
export interface ContainerFacts {
  readonly attempt: number;
  readonly env: readonly Variable[];
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly hostname: string;
  readonly podIp: string;
}

function mountsOf(pod: Pod, container: Container, facts: ContainerFacts): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const { name, mountPath, readOnly, subPath, subPathExpr } of container.volumeMounts ?? []) {
    const volume = facts.volumes.get(name);
    if (volume === undefined) throw new EnvironmentError(`cannot find volume "${name}" to mount into container "${container.name}"`);
    const expanded = subPathExpr ? expand(subPathExpr, (variable) => facts.env.find((one) => one.name === variable)?.value) : subPath;
    const within = [volume.file, expanded].filter(Boolean).join('/');
    // A path below a volume that is not there is a directory to be made.
    if (expanded && !volume.isReadOnly && volume.tree.stat(`/${within}`) === undefined) volume.tree.makeDirectory(`/${within}`);
    mounts.push({ containerPath: mountPath, source: volume.tree, ...(within ? { subPath: within } : {}), isReadOnly: readOnly === true || volume.isReadOnly });
  }
  const hasOwnHosts = container.volumeMounts?.some(({ mountPath }) => mountPath === '/etc/hosts');
  if (!hasOwnHosts && !pod.spec.hostNetwork) {
    mounts.push({ containerPath: '/etc/hosts', source: hostsFile(facts.podIp, facts.hostname, pod.spec.hostAliases), subPath: 'etc-hosts', isReadOnly: false });
  }
  return mounts.slice();
}

/** Written when somebody reads it: few do. */
function hostsFile(podIp: string, hostname: string, aliases: readonly HostAlias[] = []): FileTree {
  return new PayloadTree(() => {
    const lines = ['# Kubernetes-managed hosts file.', '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', `${podIp}\t${hostname}`];
    for (const { ip, hostnames } of aliases) lines.push(`${ip}\t${(hostnames ?? []).join('\t')}`);
    return [{ path: 'etc-hosts', content: `${lines.join('\n')}\n`, mode: 0o644 }];
  });
}

const nothing: readonly string[] = [];

function expanded(words: readonly string[] | undefined, env: readonly Variable[]): readonly string[] {
  if (words === undefined || words.length === 0) return nothing;
  if (!words.some((word) => word.includes('$'))) return words;
  return words.map((word) => expand(word, (name) => env.find((variable) => variable.name === name)?.value));
}

/** What does not differ between the pods of a template is shared between their configs. */
export function containerConfig(pod: Pod, container: Container, facts: ContainerFacts): ContainerConfig {
  return {
    metadata: { name: container.name, attempt: facts.attempt },
    image: container.image,
    command: expanded(container.command, facts.env),
    args: expanded(container.args, facts.env),
    ...(container.workingDir ? { workingDir: container.workingDir } : {}),
    env: facts.env,
    mounts: mountsOf(pod, container, facts),
    resources: resourcesOf(container),
    labels: { 'io.kubernetes.container.name': container.name, ...podLabels(pod) },
    annotations: annotationsOf(container),
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
  };
}
