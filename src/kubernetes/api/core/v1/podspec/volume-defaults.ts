// What the author of a volume may leave out. Upstream: pkg/apis/core/v1/defaults.go.
import { at, each, fill } from '../../../sharing.ts';
import { imagePullPolicyFor } from './image-pull-policy.ts';
import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from './types.ts';

/** 0644. */
const fileMode = 420;

/** A volume without a source is an empty directory. */
export function defaultVolume(given: Volume): Volume {
  const hasSource = Object.keys(given).some(
    (key) => key !== 'name' && given[key as keyof Volume] !== undefined,
  );
  if (!hasSource) return { ...given, emptyDir: {} };
  let volume = at(given, 'secret', (source) => fill(source, { defaultMode: fileMode }));
  volume = at(volume, 'configMap', (source) => fill(source, { defaultMode: fileMode }));
  volume = at(volume, 'downwardAPI', (source) =>
    at(fill(source, { defaultMode: fileMode }), 'items', (items) => each(items, defaultFile)),
  );
  volume = at(volume, 'projected', (source) =>
    at(fill(source, { defaultMode: fileMode }), 'sources', (sources) => each(sources, defaultProjection)),
  );
  volume = at(volume, 'hostPath', (source) => fill(source, { type: '' }));
  volume = at(volume, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  volume = at(volume, 'rbd', (source) =>
    fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  );
  volume = at(volume, 'azureDisk', (source) =>
    fill(source, { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false }),
  );
  volume = at(volume, 'scaleIO', (source) => fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }));
  volume = at(volume, 'image', (source) =>
    fill(source, { pullPolicy: imagePullPolicyFor(source.reference ?? '') }),
  );
  return at(volume, 'ephemeral', (source) =>
    at(source, 'volumeClaimTemplate', (template) =>
      at(template, 'spec', (spec) => fill(spec, { volumeMode: 'Filesystem' })),
    ),
  );
}

function defaultProjection(given: VolumeProjection): VolumeProjection {
  let projection = at(given, 'serviceAccountToken', (source) => fill(source, { expirationSeconds: 3600 }));
  projection = at(projection, 'podCertificate', (source) => fill(source, { maxExpirationSeconds: 86400 }));
  return at(projection, 'downwardAPI', (source) => at(source, 'items', (items) => each(items, defaultFile)));
}

function defaultFile(file: DownwardAPIVolumeFile): DownwardAPIVolumeFile {
  const named = at(file, 'fieldRef', (reference) => fill(reference, { apiVersion: 'v1' }));
  return at(named, 'resourceFieldRef', (reference) => fill(reference, { divisor: '0' }));
}
