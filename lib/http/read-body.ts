import { type FieldError, Problem } from '#lib/problem.ts';
import type { Phrase } from '#lib/wording.ts';
import type { Body } from './body.ts';
import { readMultipart } from './read-multipart.ts';
import type { FilePart } from './route.ts';

/** The most bytes in a body; an upload may have as many beside its file. */
export const maxBodyBytes = 65_536;

type Received = { readonly body?: string | undefined; readonly isBase64Encoded: boolean; readonly contentType: string | undefined };

/**
 * The fields of a JSON, urlencoded or multipart body; an empty body has no fields. Throws `malformed_request`,
 * `validation_failed` (JSON that is not an object), `unsupported_media_type`, and `request_too_large` or the file's own
 * problem.
 */
export async function readBody(received: Received, file?: FilePart): Promise<Body> {
  const bytes = Buffer.from(received.body ?? '', received.isBase64Encoded ? 'base64' : 'utf8');
  const limit = maxBodyBytes + (file?.maxBytes ?? 0);
  if (bytes.length > limit) {
    throw new Problem(file?.tooLarge ?? 'request_too_large', { values: { limit: file?.maxBytes ?? maxBodyBytes } });
  }
  const mediaType = (received.contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (file && mediaType !== 'multipart/form-data' && bytes.length > 0) throw unsupported(mediaType);
  if (bytes.length === 0) return { fields: {} };
  switch (mediaType) {
    case 'application/json':
      return { fields: readJson(bytes) };
    case 'application/x-www-form-urlencoded':
      return { fields: Object.fromEntries(new URLSearchParams(decode(bytes))) };
    case 'multipart/form-data':
      return await readMultipart(bytes, received.contentType ?? '', file);
    default:
      throw unsupported(mediaType);
  }
}

function readJson(bytes: Uint8Array): Body['fields'] {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('malformed_json', cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Body['fields'];
  throw new Problem('validation_failed', { errors: { non_field_errors: [notAnObject(value)] } });
}

/** The sentence of Django REST Framework, which names the type as Python does. */
function notAnObject(value: unknown): FieldError {
  if (value === null) return { phrase: 'no_data' };
  const names: Readonly<Record<string, string>> = { string: 'str', boolean: 'bool', object: 'list' };
  const number = Number.isInteger(value) ? 'int' : 'float';
  return { phrase: 'not_a_dictionary', values: { type: names[typeof value] ?? number } };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed('malformed_text', cause);
  }
}

const malformed = (detail: Phrase, cause: unknown) => new Problem('malformed_request', { detail, cause });

function unsupported(mediaType: string): Problem {
  return new Problem('unsupported_media_type', { values: { type: mediaType.replace(/[^\w.+/-]/g, '').slice(0, 100) } });
}
