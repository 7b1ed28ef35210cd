// Whether an image is pulled again, as its reference suggests. Upstream: pkg/util/parsers/parsers.go.

/** `Always` for the tag `latest` (written or implied), else `IfNotPresent`; a digest alone counts as a fixed version. */
export function imagePullPolicyFor(image: string): 'Always' | 'IfNotPresent' {
  if (!isImageReference(image)) return 'IfNotPresent';
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.lastIndexOf(':');
  const tag = colon > name.lastIndexOf('/') ? name.slice(colon + 1) : '';
  if (tag === 'latest') return 'Always';
  return tag === '' && at < 0 ? 'Always' : 'IfNotPresent';
}

const component = '[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*';
const domainLabel = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${domainLabel}(?:\\.${domainLabel})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = '[\\w][\\w.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(`^(?:${domain}/)?${component}(?:/${component})*(?::${tag})?(?:@${digest})?$`);

function isImageReference(image: string): boolean {
  return reference.test(image);
}
