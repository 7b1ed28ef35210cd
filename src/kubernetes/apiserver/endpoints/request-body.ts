// The bytes of a body as JSON values: from JSON, YAML or protobuf. Upstream: apimachinery/pkg/runtime/serializer.
import { parseDocument } from 'yaml';
import { JsonTextError, parseJsonText } from '@/base/json-text.ts';
import { utf8Text } from '@/base/utf8.ts';
import { decodeProtobuf, ProtobufError, protobufMediaType } from '../../apimachinery/protobuf/protobuf.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { badRequest, failure, unsupportedMediaType } from '../../apimachinery/status/status.ts';
import { acceptedMediaTypes } from './media.ts';

const bodyLimit = 3 * 1024 * 1024;

/** Throws what upstream says to a body that is too large. */
export function refuseLargeBody(body: Uint8Array): void {
  if (body.length <= bodyLimit) return;
  throw new StatusError(
    failure({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: limit is ${bodyLimit}` }),
  );
}

/** The media type of a Content-Type header, without parameters. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The value in an object's body. `head` begins the message when there is none: `the object provided is unrecognized (must be of type Pod): `. */
export function parseBody(body: Uint8Array, mediaType: string, head: string): unknown {
  if (mediaType === '' || mediaType === 'application/json') return parseJson(utf8Text(body), head);
  if (mediaType === 'application/yaml') return parseYaml(utf8Text(body), head);
  if (mediaType === protobufMediaType) return parseProtobuf(body, head);
  throw new StatusError(
    unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${acceptedMediaTypes}`,
    ),
  );
}

function parseProtobuf(body: Uint8Array, head: string): unknown {
  try {
    return decodeProtobuf(body).object;
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new StatusError(badRequest(`${head}${error.message}`));
  }
}

/** JSON as Go reads it; the message of what is wrong is Go's. */
export function parseJson(text: string, head: string): unknown {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const tail = head === '' ? '' : ` (${excerpt(text)})`;
    throw new StatusError(badRequest(`${head}couldn't get version/kind; json parse error: ${error.message}${tail}`));
  }
}

/** YAML 1.1 as upstream's parser reads it: `yes` is true, times stay texts. */
export function parseYaml(text: string, head: string): unknown {
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:timestamp'),
    merge: true,
  });
  const [error] = document.errors;
  if (error)
    throw new StatusError(
      badRequest(`${head}error converting YAML to JSON: yaml: ${error.message.split('\n', 1)[0] ?? ''}`),
    );
  return document.toJS() as unknown;
}

/** What of a body stands in a message: its beginning, as text when it looks like JSON and in hexadecimal otherwise. */
function excerpt(text: string): string {
  if (text === '') return '<empty>';
  if (/^\s*[{]/.test(text)) return text.length > 30 ? `${text.slice(0, 30)} ...` : text;
  const cut = text.slice(0, 30);
  const hex = [...cut].map((character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return text.length > 30 ? `${hex} ...` : hex;
}
