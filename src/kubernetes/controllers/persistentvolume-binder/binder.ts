// Finds volumes for claims and keeps the two in step. Upstream: pkg/controller/volume/persistentvolume/pv_controller.go.
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import { classOf, findMatch, isMeantFor, mismatchOf } from '@/kubernetes/api/core/v1/persistentvolume/matching.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { StorageClass } from '@/kubernetes/api/storage/v1/storageclass/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';
import type { WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerParts } from '../controller.ts';
import { subjectOf } from '../lib/subjects.ts';
import {
  betaStorageProvisioner,
  bindCompleted,
  boundByController,
  provisionedBy,
  selectedNode,
  storageProvisioner,
} from '@/kubernetes/api/core/v1/persistentvolume/annotations.ts';
import { VolumeWrites } from './volume-writes.ts';

/** How often upstream looks at everything again; here at what has nothing yet. */
const resync = seconds(15);

/** What the binder sees, and its two queues. */
export interface BinderView {
  readonly volumes: Informer<PersistentVolume>;
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly classes: Informer<StorageClass>;
  readonly pods: Informer<Pod>;
  readonly claimQueue: WorkQueue;
  readonly volumeQueue: WorkQueue;
}

export class Binder {
  private readonly writes: VolumeWrites;

  constructor(
    private readonly context: Context,
    private readonly parts: ControllerParts,
    private readonly view: BinderView,
  ) {
    this.writes = new VolumeWrites(parts.client);
  }

  *syncClaim(key: string): Task<void> {
    const claim = this.view.claims.get(key);
    if (!claim) return;
    const isOver = yield* claim.metadata.annotations?.[bindCompleted]
      ? this.boundClaim(claim)
      : this.newClaim(claim);
    if (!isOver) this.view.claimQueue.addAfter(key, resync);
  }

  /** Each gives whether there is nothing to come back for. */
  private *newClaim(claim: PersistentVolumeClaim): Task<boolean> {
    const name = claim.spec.volumeName;
    if (!name) return yield* this.search(claim);
    const volume = this.view.volumes.get(name);
    if (!volume) return yield* this.pending(claim);
    if (!volume.spec.claimRef) {
      const problem = mismatchOf(volume, claim);
      if (problem === undefined) return yield* this.bind(volume, claim);
      const message = `Cannot bind to requested volume "${name}": ${problem}`;
      this.parts.event(claim, 'Warning', 'VolumeMismatch', message);
      return yield* this.pending(claim);
    }
    if (isMeantFor(volume, claim)) return yield* this.bind(volume, claim);
    if (!claim.metadata.annotations?.[boundByController]) {
      const message = `volume "${name}" already bound to a different claim.`;
      this.parts.event(claim, 'Warning', 'FailedBinding', message);
    }
    return yield* this.pending(claim);
  }

  private *search(claim: PersistentVolumeClaim): Task<boolean> {
    const storageClass = this.view.classes.get(classOf(claim));
    const isDelayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
    const volume = findMatch(this.view.volumes.list(), claim, { isDelayed });
    if (volume) return yield* this.bind(volume, claim);
    if (isDelayed && !claim.metadata.annotations?.[selectedNode]) this.sayWaiting(claim);
    else if (classOf(claim) !== '') return yield* this.provision(claim, storageClass);
    else {
      const message = 'no persistent volumes available for this claim and no storage class is set';
      this.parts.event(claim, 'Normal', 'FailedBinding', message);
    }
    return yield* this.pending(claim);
  }

  private sayWaiting(claim: PersistentVolumeClaim): void {
    const { namespace = '', name } = claim.metadata;
    const users = this.view.pods.byIndex('claim', `${namespace}/${name}`).filter((pod) => !pod.spec.nodeName);
    const names = users.map((pod) => pod.metadata.name).sort();
    if (names.length === 0) {
      const message = 'waiting for first consumer to be created before binding';
      this.parts.event(claim, 'Normal', 'WaitForFirstConsumer', message);
      return;
    }
    const message = `waiting for pod ${names.join(',')} to be scheduled`;
    this.parts.event(claim, 'Normal', 'WaitForPodScheduled', message);
  }

  private *provision(claim: PersistentVolumeClaim, storageClass: StorageClass | undefined): Task<boolean> {
    const { provisioner } = storageClass ?? {};
    if (!provisioner || provisioner.startsWith('kubernetes.io/')) {
      const message = provisioner
        ? `no volume plugin matched name: ${provisioner}`
        : `storageclass.storage.k8s.io "${classOf(claim)}" not found`;
      this.parts.event(claim, 'Warning', 'ProvisioningFailed', message);
      return yield* this.pending(claim);
    }
    const note = { [betaStorageProvisioner]: provisioner, [storageProvisioner]: provisioner };
    yield* this.writes.annotate(claim, note);
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
    this.parts.event(claim, 'Normal', 'ExternalProvisioning', message);
    return false;
  }

  private *pending(claim: PersistentVolumeClaim): Task<boolean> {
    yield* this.writes.claimStatus(claim, 'Pending');
    return false;
  }

  private *boundClaim(claim: PersistentVolumeClaim): Task<boolean> {
    const { volumeName } = claim.spec;
    if (!volumeName) {
      return yield* this.lost(
        claim,
        'ClaimLost',
        'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
      );
    }
    const volume = this.view.volumes.get(volumeName);
    if (!volume) {
      return yield* this.lost(
        claim,
        'ClaimLost',
        'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
      );
    }
    if (!volume.spec.claimRef || isMeantFor(volume, claim)) return yield* this.bind(volume, claim);
    return yield* this.lost(
      claim,
      'ClaimMisbound',
      'Two claims are bound to the same volume, this one is bound incorrectly',
    );
  }

  private *lost(claim: PersistentVolumeClaim, reason: string, message: string): Task<boolean> {
    if (claim.status.phase === 'Lost') return true;
    this.parts.event(claim, 'Warning', reason, message);
    this.context.cause = this.parts.decide({ reason, subjects: [subjectOf(claim)], message });
    yield* this.writes.claimStatus(claim, 'Lost');
    return true;
  }

  private *bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Task<boolean> {
    if (claim.status.phase !== 'Bound') {
      const { name } = volume.metadata;
      this.context.cause = this.parts.decide({
        reason: 'VolumeBound',
        subjects: [subjectOf(claim), subjectOf(volume)],
        message: `${keyOf(claim)} gets the volume ${name}`,
      });
    }
    const claimed = yield* this.writes.claimRef(volume, claim);
    yield* this.writes.phase(claimed, 'Bound');
    const named = yield* this.writes.volumeName(claim, volume);
    yield* this.writes.claimStatus(named, 'Bound', volume);
    return true;
  }

  *syncVolume(name: string): Task<void> {
    const volume = this.view.volumes.get(name);
    if (!volume) return;
    const { claimRef } = volume.spec;
    if (!claimRef?.uid) {
      yield* this.writes.phase(volume, 'Available');
      return;
    }
    const key = `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`;
    const claim = this.view.claims.get(key);
    if (claim?.metadata.uid !== claimRef.uid) yield* this.release(volume);
    else if (!claim.spec.volumeName) this.view.claimQueue.add(key);
    else if (claim.spec.volumeName === name) yield* this.writes.phase(volume, 'Bound');
    else if (this.isProvisioned(volume)) yield* this.release(volume);
    else yield* this.writes.unbind(volume);
  }

  private isProvisioned({ metadata, spec }: PersistentVolume): boolean {
    return (
      metadata.annotations?.[provisionedBy] !== undefined && spec.persistentVolumeReclaimPolicy === 'Delete'
    );
  }

  /** The claim is gone: what becomes of the volume is its policy's to say. */
  private *release(given: PersistentVolume): Task<void> {
    let volume = given;
    const { phase } = volume.status;
    if (phase !== 'Released' && phase !== 'Failed') {
      this.context.cause = this.parts.decide({
        reason: 'VolumeReleased',
        subjects: [subjectOf(volume)],
        message: `the claim of ${volume.metadata.name} is gone: the volume is kept or deleted as its policy says`,
      });
      volume = yield* this.writes.phase(volume, 'Released');
    }
    const policy = volume.spec.persistentVolumeReclaimPolicy;
    if (policy === 'Retain' || volume.metadata.annotations?.[provisionedBy] || volume.metadata.deletionTimestamp)
      return;
    if (volume.status.phase === 'Failed') return;
    const { hostPath } = volume.spec;
    const isDelete = policy === 'Delete';
    const message = !isDelete
      ? 'No recycler plugin found for the volume!'
      : hostPath
        ? `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
        : `error getting deleter volume plugin for volume "${volume.metadata.name}": no deletable volume plugin matched`;
    this.parts.event(volume, 'Warning', isDelete ? 'VolumeFailedDelete' : 'VolumeFailedRecycle', message);
    yield* this.writes.phase(volume, 'Failed', message);
  }
}
