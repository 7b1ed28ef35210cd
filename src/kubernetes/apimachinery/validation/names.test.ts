// Names and keys against upstream's messages.
import { expect, it } from 'vitest';
import { describeGolden, goldenCases, mismatches } from '../testing/golden.ts';
import * as domain from './domain-names.ts';
import { fieldErrorText, type FieldError } from './field-error.ts';
import * as names from './names.ts';
import { asPrefix, type NameRule } from './names.ts';

const withField =
  (check: (field: string, name: string) => readonly FieldError[]): NameRule =>
  (name) =>
    check('f', name).map(fieldErrorText);

const checks: Readonly<Record<string, NameRule>> = {
  IsDNS1123Label: names.isDns1123Label,
  IsDNS1123Subdomain: names.isDns1123Subdomain,
  IsDNS1123SubdomainWithUnderscore: names.isDns1123SubdomainWithUnderscore,
  IsDNS1035Label: names.isDns1035Label,
  IsQualifiedName: names.isQualifiedName,
  IsValidLabelValue: names.isValidLabelValue,
  IsValidPortName: names.isValidPortName,
  IsEnvVarName: names.isEnvVarName,
  IsRelaxedEnvVarName: names.isRelaxedEnvVarName,
  IsConfigMapKey: names.isConfigMapKey,
  IsHTTPHeaderName: names.isHttpHeaderName,
  IsWildcardDNS1123Subdomain: names.isWildcardDns1123Subdomain,
  IsCIdentifier: names.isCIdentifier,
  IsValidPercent: names.isValidPercent,
  IsValidPathSegmentName: names.isValidPathSegmentName,
  'NameIsDNSSubdomain.prefix': asPrefix(names.isDns1123Subdomain),
  IsFullyQualifiedName: withField(domain.isFullyQualifiedName),
  IsFullyQualifiedDomainName: withField(domain.isFullyQualifiedDomainName),
  IsDomainPrefixedPath: withField(domain.isDomainPrefixedPath),
  IsDomainPrefixedKey: withField(domain.isDomainPrefixedKey),
  ValidateFinalizerName: withField(domain.validateFinalizerName),
  ValidateFieldManager: withField(domain.validateFieldManager),
};

describeGolden('names', () => {
  it("refuses names with upstream's words", () => {
    const cases = goldenCases<{ fn: string; in: string }>('names/strings.json');
    expect(mismatches(cases, ({ fn, in: text }) => ({ fn, in: text, errors: checks[fn]?.(text) }))).toEqual([]);
  });
});
