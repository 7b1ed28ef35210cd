// Fields of pods behind feature gates that v1.36 leaves closed: taken from the author, credited to him, and not stored.
// Upstream: pkg/api/pod/util.go (DropDisabledPodFields).
import { at, each, put, remembered } from '../../../sharing.ts';
import type { Container, Lifecycle, PodSpec, PodTemplateSpec, Volume } from './types.ts';

/** A spec without stop signals and trust bundles. */
export const withoutClosedFields = remembered<PodSpec>((given) => {
  let spec = at(given, 'volumes', (volumes) => each(volumes, withoutBundles));
  spec = at(spec, 'initContainers', (containers) => each(containers, withoutSignal));
  return at(spec, 'containers', (containers) => each(containers, withoutSignal));
});

/** The same for a template. */
export function withoutClosedTemplateFields(template: PodTemplateSpec): PodTemplateSpec {
  return put(template, 'spec', withoutClosedFields(template.spec));
}

function withoutSignal(container: Container): Container {
  return put(container, 'lifecycle', container.lifecycle && lifecycleWithoutSignal(container.lifecycle));
}

/** A lifecycle that says nothing else goes with its signal. */
function lifecycleWithoutSignal(given: Lifecycle): Lifecycle | undefined {
  const lifecycle = put(given, 'stopSignal', undefined);
  return lifecycle !== given && Object.keys(lifecycle).length === 0 ? undefined : lifecycle;
}

const withoutBundles = (volume: Volume): Volume =>
  at(volume, 'projected', (projected) =>
    at(projected, 'sources', (sources) =>
      each(sources, (source) => put(source, 'clusterTrustBundle', undefined)),
    ),
  );
