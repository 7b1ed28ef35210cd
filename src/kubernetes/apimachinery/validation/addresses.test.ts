// Addresses and prefixes against upstream's judgement.
import { expect, it } from 'vitest';
import { describeGolden, goldenCases, mismatches } from '../testing/golden.ts';
import {
  isValidCidr,
  isValidCidrForLegacyField,
  isValidInterfaceAddress,
  isValidIp,
  isValidIpForLegacyField,
  warningsForCidr,
  warningsForIp,
} from './addresses.ts';
import { fieldErrorText, type FieldError } from './field-error.ts';

const texts = (errors: readonly FieldError[]): readonly string[] => errors.map(fieldErrorText);

describeGolden('names', () => {
  it('judges addresses and prefixes', () => {
    const wrong = mismatches(goldenCases<{ in: string }>('names/ip-cidr.json'), ({ in: value }) => ({
      in: value,
      isValidIP: texts(isValidIp('f', value)),
      warningsForIP: warningsForIp('f', value),
      isValidIPForLegacyField: texts(isValidIpForLegacyField('f', value)),
      isValidCIDR: texts(isValidCidr('f', value)),
      warningsForCIDR: warningsForCidr('f', value),
      isValidCIDRForLegacyField: texts(isValidCidrForLegacyField('f', value)),
      isValidInterfaceAddress: texts(isValidInterfaceAddress('f', value)),
    }));
    expect(wrong).toEqual([]);
  });
});
