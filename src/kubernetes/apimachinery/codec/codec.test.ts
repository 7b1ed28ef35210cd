// What Go reads, refuses and writes back, against recorded objects and recorded refusals of a real server.
import { expect, it } from 'vitest';
import { parseJsonText } from '@/base/json-text.ts';
import { modelOfKind } from '../schema/schema.ts';
import { describeGolden, errorText, goldenCases, goldenLines, mismatches } from '../testing/golden.ts';
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

/** The case without the field of v1.35 that v1.36 no longer has. */
function asOfNow(each: ObjectCase): ObjectCase {
  const json = JSON.stringify(each.json, (key, value: unknown) => (key === 'workloadRef' ? undefined : value));
  return { ...each, json: JSON.parse(json) as ObjectCase['json'] };
}

describeGolden('protobuf', () => {
  it('gives back every object that Go has written', () => {
    const wrong = mismatches(goldenCases<ObjectCase>('protobuf/objects.json').map(asOfNow), (each) => {
      const { object, warnings, errors } = decode(modelOf(each.json), each.json, { strict: true });
      return { ...each, json: errors.length > 0 ? errors : warnings.length > 0 ? warnings : object };
    });
    // Written from `null` kept as raw JSON; read from JSON again, Go's pointers to it are nil and are left out.
    expect(wrong).toMatchObject([{ case: { gvk: 'apiextensions.k8s.io/v1/CustomResourceDefinition', name: 'full' } }]);
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

interface RequestCase {
  readonly name: string;
  readonly method?: string;
  readonly query?: { readonly fieldValidation?: string };
  readonly body?: ObjectCase['json'];
  readonly response: {
    readonly status: number;
    readonly headers?: { readonly warning?: string };
    readonly body: { readonly message?: string };
  };
}

describeGolden('apiserver/validation', () => {
  it('refuses and warns about what a server could not read, and nothing else', () => {
    const wrong = goldenLines<RequestCase>('apiserver/validation', { $CERT64: 'MQ==' }).flatMap(
      ({ name, method, query, body, response }) => {
        const model = body?.apiVersion && modelOf(body);
        if ((method ?? 'POST') !== 'POST' || !model) return [];
        const { warnings, errors } = decode(model, body, { strict: query?.fieldValidation === 'Strict' });
        const want = / cannot be handled as a \w+: (.*)$/s.exec(response.body.message ?? '')?.[1] ?? '';
        const warned = [...(response.headers?.warning ?? '').matchAll(/unknown field \\"([^"\\]*)\\"/g)].map(
          (found) => `unknown field "${found[1]}"`,
        );
        const isSame = errors.join() === want && (errors.length > 0 || warnings.join() === warned.join());
        return isSame ? [] : [{ kind: body?.kind, name, errors, want, warnings, warned }];
      },
    );
    expect(wrong).toEqual([]);
  });
});

describeGolden('quantity', () => {
  it('reads quantities in objects', () => {
    const wrong = mismatches(goldenCases<{ in: string }>('quantity/json.json'), ({ in: json }) => {
      const body = parseJsonText(`{"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":${json}}}}]}}`);
      const { object, errors } = decode<{ spec: { containers: { resources: { limits: { cpu: string } } }[] } }>(pod, body);
      return errors.length > 0
        ? { in: json, error: errors.join() }
        : { in: json, out: JSON.stringify(object.spec.containers[0]?.resources.limits.cpu) };
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
    ...refusal(
      deployment,
      '{"metadata":{"nmae":"x","name":"a","name":"b"},"spec":{"template":{"spec":{"containers":[{"imag":"x"}]}}}}',
    ),
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
  const spec = decode<{ spec: object }>(pod, { kind: 'Pod', apiVersion: 'v1', spec: { containers: [{ name: 'web' }] } }).object
    .spec;
  const other = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' }, spec, status: {} };
  expect(decode(pod, other).object).toBe(other);
});
