// The certificate authority that pods find as ca.crt. Certificates are not modelled inside the emulation (its wires are not encrypted), so this
// is a fixed text in the form of one: the same in every run, for runs of one seed must be the same to the byte.

/** PEM-shaped; decodes to a sentence that says what it stands for. */
export const authorityText = `-----BEGIN CERTIFICATE-----
${[
  'VGhpcyBjZXJ0aWZpY2F0ZSBzdGFuZHMgZm9yIHRoZSBhdXRob3JpdHkgb2YgYW4g',
  'ZW11bGF0ZWQgY2x1c3Rlci4gSW5zaWRlIGl0IG5vdGhpbmcgaXMgZW5jcnlwdGVk',
  'LCBzbyBub3RoaW5nIGlzIHZlcmlmaWVkIHdpdGggaXQu',
].join('\n')}
-----END CERTIFICATE-----
`;
