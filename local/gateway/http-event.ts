import { randomBytes } from 'node:crypto';

/** A request as it arrived, before its route is known. */
export type Arrived = {
  readonly method: string;
  /** The request target: path and query of the request line. */
  readonly target: string;
  /** Names and values alternate, as in `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly requestId: string;
};

/** The host and account of an HTTP API. */
export type ApiPlace = {
  readonly apiId: string;
  readonly accountId: string;
  readonly domainName: string;
  /** On a laptop: functions see the `Host` of the client, because those that answer only this machine must know it. */
  readonly keepsHost?: boolean;
};

/** A request of an HTTP API in payload format 2.0, without the fields of its route. */
export type RequestEvent = {
  readonly version: '2.0';
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>> & { readonly requestId: string };
};

/** Headers that belong to a connection, not to the request (RFC 9110 §7.6.1). */
export const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/**
 * Turns a request into an event. Header names become lower case, duplicates are joined by commas, and cookies become a
 * list. The path is decoded once and ends at a decoded question mark; HTTP APIs do this, `raw` or not. Undefined if the
 * path cannot be decoded.
 */
export function requestEvent(request: Arrived, place: ApiPlace, now = new Date()): RequestEvent | undefined {
  const { apiId, accountId, domainName } = place;
  const mark = request.target.indexOf('?');
  const rawQueryString = mark < 0 ? '' : request.target.slice(mark + 1);
  const rawPath = decoded(mark < 0 ? request.target : request.target.slice(0, mark))?.split('?', 1)[0];
  if (!rawPath?.startsWith('/')) return undefined;
  const { cookie, ...headers } = headersOf(request, place);
  const cookies = cookie
    ?.split(/;\s*|,(?=[^;]*=)/)
    .map((text) => text.trim())
    .filter(Boolean);
  const query = queryOf(rawQueryString);
  return {
    version: '2.0',
    rawPath,
    rawQueryString,
    ...(cookies?.length && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId,
      apiId,
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
  };
}

/**
 * The body of an event. AWS keeps `text/*`, JSON, JavaScript and XML as text, and encodes everything else: forms,
 * multipart, `application/problem+json`, and a body without a content type.
 */
export function eventBody(body: Buffer, contentType: string | undefined): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isText = /^(text\/.*|application\/(json|javascript|xml))$/.test(mediaType);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function headersOf({ rawHeaders, body, sourceIp }: Arrived, { domainName, keepsHost }: ApiPlace): Record<string, string> {
  const joined = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    if (hopByHop.has(name)) continue;
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`);
  }
  const forwarded = joined.get('x-forwarded-for');
  return Object.fromEntries([
    ...joined,
    ['content-length', String(body.length)],
    ['host', (keepsHost && joined.get('host')) || domainName],
    ['x-amzn-trace-id', `Root=1-${randomBytes(4).toString('hex')}-${randomBytes(12).toString('hex')}`],
    ['x-forwarded-for', forwarded ? `${forwarded}, ${sourceIp}` : sourceIp],
    ['x-forwarded-port', '443'],
    ['x-forwarded-proto', 'https'],
  ]);
}

function queryOf(text: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const part of text.split('&').filter(Boolean)) {
    const [name = '', ...rest] = part.split('=').map((piece) => decoded(piece.replaceAll('+', ' ')) ?? piece);
    const before = values.get(name);
    const value = rest.join('=');
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** An id as HTTP APIs make them, such as `JKJaXmPLvHcESHA=`. */
export const newRequestId = () => `${randomBytes(12).toString('base64').replace(/[+/]/g, 'x').slice(0, 15)}=`;

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
