import { expect, it } from 'vitest';
import { parseJsonText } from '@/base/json-text.ts';
import { modelOfKind } from '../schema/schema.ts';
import { describeGolden, errorText, goldenCases, mismatches } from '../testing/golden.ts';
import { decode } from './codec.ts';
import { canonicalMicroTime, canonicalTime } from './go-time.ts';

const pod = 'io.k8s.api.core.v1.Pod';
const deployment = 'io.k8s.api.apps.v1.Deployment';

interface ObjectCase {
  readonly gvk: string;
  readonly name: string;
  readonly json: { readonly apiVersion: string; readonly kind: string };
}

function modelOf({ apiVersion, kind }: ObjectCase['json']): string | undefined {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return modelOfKind(group, version, kind);
}

describeGolden('protobuf', () => {
  it('gives back every object that Go has written', () => {
    const wrong = mismatches(goldenCases<ObjectCase>('protobuf/objects.json'), (each) => {
      const { object, warnings, errors } = decode(modelOf(each.json), each.json, { strict: true });
      return { ...each, json: errors.length > 0 ? errors : warnings.length > 0 ? warnings : object };
    });
    expect(wrong).toEqual([]);
  });

  it('writes the zero values that Go writes', () => {
    const empty = goldenCases<ObjectCase>('protobuf/objects.json').filter((each) => each.name === 'empty');
    const wrong = mismatches(empty, (each) => {
      const { apiVersion, kind } = each.json;
      return { ...each, json: decode(modelOf(each.json), { apiVersion, kind }).object };
    });
    expect(wrong).toEqual([]);
  });
});

describeGolden('time', () => {
  it('reads times as Go does', () => {
    const texts = goldenCases<{ in: string }>('time/json.json').filter((each) => each.in.startsWith('"'));
    const wrong = mismatches(texts, ({ in: json }) => {
      const text = JSON.parse(json) as string;
      const [timeError, microTimeError] = [errorText(() => canonicalTime(text)), errorText(() => canonicalMicroTime(text))];
      return {
        in: json,
        ...(timeError === undefined ? { time: JSON.stringify(canonicalTime(text)) } : { timeError }),
        ...(microTimeError === undefined ? { microTime: JSON.stringify(canonicalMicroTime(text)) } : { microTimeError }),
      };
    });
    expect(wrong).toEqual([]);
  });
});

it('says what is wrong as Go does', () => {
  const refusal = (model: string, text: string): readonly string[] => decode(model, parseJsonText(text), { strict: true }).errors;
  expect([
    ...refusal(deployment, '{"spec":{"replicas":"3"}}'),
    ...refusal(deployment, '{"spec":{"replicas":1.5}}'),
    ...refusal(deployment, '{"spec":{"replicas":1.0}}'),
    ...refusal(deployment, '{"spec":{"template":{"spec":{"containers":{}}}}}'),
    ...refusal(deployment, '{"spec":{"template":{"metadata":{"labels":{"a":1}}}}}'),
    ...refusal(deployment, '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":true}}}}'),
    ...refusal(deployment, '{"spec":{"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"1x"}}}]}}}}'),
    ...refusal(deployment, '{"metadata":{"nmae":"x","name":"a","name":"b"},"spec":{"template":{"spec":{"containers":[{"imag":"x"}]}}}}'),
    ...refusal(pod, '{"metadata":{"creationTimestamp":"x"}}'),
    ...refusal(pod, '{"spec":{"containers":[{"ports":[{"protocol":1}]}]}}'),
    ...refusal('io.k8s.api.core.v1.Secret', '{"data":{"a":"MQ==x"}}'),
    ...refusal(pod, '[]'),
  ]).toEqual([
    'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    'json: cannot unmarshal number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32',
    'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    'json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.labels of type string',
    'json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    'strict decoding error: duplicate field "metadata.name", unknown field "metadata.nmae", unknown field "spec.template.spec.containers[0].imag"',
    'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    'json: cannot unmarshal number into Go struct field ContainerPort.spec.containers.ports.protocol of type v1.Protocol',
    'illegal base64 data at input byte 4',
    'json: cannot unmarshal array into Go value of type v1.Pod',
  ]);
});

it('shares what it leaves alone', () => {
  const spec = decode<{ spec: object }>(pod, { kind: 'Pod', apiVersion: 'v1', spec: { containers: [{ name: 'web' }] } }).object.spec;
  const other = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec, status: {} };
  expect(decode(pod, other).object).toBe(other);
});
