// Protobuf against the bytes that upstream writes, both ways.
import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from '@/base/base64.ts';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { decodeProtobuf, encodeProtobuf, encodeWatchFrame } from './protobuf.ts';

interface Case {
  readonly json: { readonly apiVersion: string; readonly kind: string };
  readonly protobuf?: string;
  readonly error?: string;
  readonly decoded?: unknown;
}

/** PodSpec.workloadRef of v1.35 is gone in v1.36; a `null` that Go keeps as raw JSON behind a pointer cannot be told from none in JSON. */
function hasOtherFields({ json }: Case): boolean {
  const text = JSON.stringify(json);
  return text.includes('"workloadRef"') || /"(?:default|example)":null/.test(text);
}

describeGolden('protobuf', () => {
  for (const file of ['protobuf/objects.json', 'protobuf/realistic.json']) {
    const cases = (): readonly Case[] => goldenCases<Case>(file).filter((each) => !hasOtherFields(each));

    it(`writes ${file} to the byte`, () => {
      const wrong = mismatches(cases(), (each) => {
        const error = errorText(() => encodeProtobuf(each.json));
        return { ...each, ...(error === undefined ? { protobuf: toBase64(encodeProtobuf(each.json)) } : { error }) };
      });
      expect(wrong).toEqual([]);
    });

    it(`reads ${file} back`, () => {
      const readable = cases().filter((each) => each.protobuf !== undefined);
      const wrong = mismatches(
        readable.map(({ json, protobuf = '', decoded }) => ({ protobuf, object: decoded ?? json })),
        ({ protobuf }) => ({ protobuf, object: decodeProtobuf(fromBase64(protobuf)).object }),
      );
      expect(wrong).toEqual([]);
    });
  }

  it('frames watch events', () => {
    const cases = goldenCases<{ type: string; object: Case['json'] }>('protobuf/watch-frames.json');
    expect(mismatches(cases, ({ type, object }) => ({ type, object, frame: toBase64(encodeWatchFrame(type, object)) }))).toEqual(
      [],
    );
  });
});
