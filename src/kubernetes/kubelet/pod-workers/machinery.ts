// What all pod workers of one kubelet share: the runtime, the means to start and stop things, and whom to tell.
import type { Context } from '@/simulation/process/process.ts';
import type { Backoff } from '@/kubernetes/apimachinery/backoff/backoff.ts';
import type { ConfigMap } from '@/kubernetes/api/core/v1/configmap/types.ts';
import type { Secret } from '@/kubernetes/api/core/v1/secret/types.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { RuntimeService } from '@/kubernetes/cri-api/runtime.ts';
import type { ServiceVariables } from '../containers/service-variables.ts';
import type { DeadlineBoard } from '../deadlines/deadlines.ts';
import type { ImagePuller } from '../images/image-puller.ts';
import type { ProbeMeans } from '../prober/handlers.ts';
import type { DnsConfigurer } from '../runtime/dns-config.ts';
import type { StatusWriter } from '../status/status-writer.ts';
import type { ServiceAccountTokens } from '../volumes/service-account-tokens.ts';
import type { VolumeMounter } from '../volumes/volume-mounter.ts';
import type { WatchedObjects } from '../volumes/watched-objects.ts';
import type { MirrorPods } from '../config/mirror-pods.ts';
import type { PodVoice } from './pod-voice.ts';

export interface Machinery {
  readonly context: Context;
  readonly nodeName: string;
  readonly hostIp: string;
  /** `containerd` */
  readonly runtimeName: string;
  readonly runtime: RuntimeService;
  readonly images: ImagePuller;
  readonly volumes: VolumeMounter;
  readonly configMaps: WatchedObjects<ConfigMap>;
  readonly secrets: WatchedObjects<Secret>;
  readonly tokens: ServiceAccountTokens;
  readonly services: Informer<Service>;
  readonly serviceVariables: ServiceVariables;
  readonly statuses: StatusWriter;
  readonly mirrors: MirrorPods;
  readonly crashBackoff: Backoff;
  readonly deadlines: DeadlineBoard;
  readonly voice: PodVoice;
  readonly probing: ProbeMeans;
  readonly dns: DnsConfigurer;
  /** The node's allocatable resources. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** A worker has nothing left to do and its pod is gone. */
  forget(podUid: string): void;
}
