import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '#local/emulators/listen.ts';
import type { Functions } from './functions.ts';
import { answerOf, gatewayAnswer, type HttpAnswer, internalServerError } from './http-answer.ts';
import type { Api, Integrated } from './http-api-template.ts';
import { type CorsConfiguration, corsHeaders, isPreflight } from './http-cors.ts';
import { type Arrived, eventBody, newRequestId, type RequestEvent, requestEvent } from './http-event.ts';
import { type Matched, routeMatcher } from './http-routes.ts';

export type HttpApi = {
  /** Its address, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  stop(): Promise<void>;
};

export type HttpApiOptions = {
  /** Called for every request, so that the API may change while it is served. */
  readonly api: () => Api;
  readonly functions: Pick<Functions, 'invoke'>;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** A request header with the address of the client; the functions never see it. Absent: the socket's address. */
  readonly addressHeader?: string;
  /**
   * Replaces AWS's answer to a failure that is not the client's (`{"message": "Internal Server Error"}`). Absent: as
   * AWS.
   */
  readonly explain?: (failure: Failure) => HttpAnswer;
  /** Called for a request whose `Origin` is not listed. */
  readonly onRefusedOrigin?: (origin: string) => void;
  /** Called with the event of a function before it runs. */
  readonly onEvent?: (event: HandedEvent) => void;
};

/** A failure behind the gateway: the function of a route, or its authorizer, failed or exceeded its time-out. */
export type Failure = {
  readonly kind: 'failed' | 'timed-out';
  readonly functionName: string;
  readonly isAuthorizer: boolean;
  /** What is wrong with its answer, if it gave one. */
  readonly reason?: string;
};

/** The event of a route's function, with the context from the authorizer. */
type HandedEvent = RequestEvent & {
  readonly requestContext: { readonly authorizer?: { readonly lambda?: unknown } };
};

/** AWS quotas: "Total combined size of request line and header values", "Payload size". */
const headerLimit = 10_240;
const bodyLimit = 10 * 1024 * 1024;

/** Serves an HTTP API on loopback, and answers as API Gateway does. */
export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { functions, port = 0, addressHeader, onEvent, onRefusedOrigin } = options;
  const explain = options.explain ?? asAws;
  const matchers = new WeakMap<Api, ReturnType<typeof routeMatcher<Integrated>>>();

  function matcherOf(api: Api) {
    const match = matchers.get(api) ?? routeMatcher(api.routes);
    matchers.set(api, match);
    return match;
  }

  async function answer(api: Api, message: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    const match = matcherOf(api);
    if (headSize(message) > headerLimit) return gatewayAnswer(431, 'Request Header Fields Too Large');
    const body = await readBody(message);
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const request = { ...arrived(message, addressHeader), body, requestId };
    const event = requestEvent(request, api.place);
    if (!event) return gatewayAnswer(400, 'Bad Request');
    if (api.cors && isPreflight(message.method, message.headers) && !match('OPTIONS', event.rawPath)) {
      return { status: 204, headers: {}, cookies: [], body: Buffer.alloc(0) };
    }
    const matched = match(request.method, event.rawPath);
    return matched ? await passOn(api, matched, event, body) : gatewayAnswer(404, 'Not Found');
  }

  async function passOn(api: Api, { route, pathParameters }: Matched<Integrated>, event: RequestEvent, body: Buffer): Promise<HttpAnswer> {
    const { apiId, accountId } = api.place;
    const { routeKey } = route;
    const path = routeKey === '$default' ? '$default' : routeKey.replace(' ', '');
    const routeArn = `arn:aws:execute-api:${api.region}:${accountId}:${apiId}/$default/${path}`;
    const authorized = await route.authorize?.({ event, routeKey, routeArn, pathParameters });
    if (authorized && 'failed' in authorized) {
      const { functionName, timedOut } = authorized.failed;
      return explain({ kind: timedOut ? 'timed-out' : 'failed', functionName, isAuthorizer: true });
    }
    if (authorized && 'refused' in authorized) return authorized.refused;
    if (!route.mayInvoke(routeArn)) return internalServerError;
    const handed = {
      ...event,
      routeKey,
      ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
      requestContext: { ...event.requestContext, routeKey, ...(authorized && { authorizer: { lambda: authorized.context } }) },
      ...eventBody(body, event.headers['content-type']),
    };
    onEvent?.(handed);
    const limits = { timeoutMs: route.timeoutMs, requestId: event.requestContext.requestId };
    const outcome = await functions.invoke(route.functionName, handed, limits);
    const answered = answerOf(outcome);
    if (answered.kind === 'answered') return answered.answer;
    return explain({ ...answered, functionName: route.functionName, isAuthorizer: false });
  }

  const server = createServer({ maxHeaderSize: 262_144, keepAliveTimeout: 120_000 }, (message, response) => {
    const api = options.api();
    const requestId = newRequestId();
    response.setHeader('apigw-requestid', requestId);
    answer(api, message, requestId)
      .catch(() => internalServerError)
      .then((result) => write(message, response, api.cors ? withCors(api.cors, message, result, onRefusedOrigin) : result))
      .catch(() => response.destroy());
  });
  const { endpoint, stop } = await listen(server, port);
  return { url: endpoint, stop };
}

/** The answers of an HTTP API to a failed function, and to one that exceeds the integration's time-out. */
const asAws = ({ kind, isAuthorizer }: Failure) =>
  kind === 'timed-out' && !isAuthorizer ? gatewayAnswer(503, 'Service Unavailable') : internalServerError;

/** The CORS headers of the configuration replace those of the function. */
function withCors(
  cors: CorsConfiguration,
  message: IncomingMessage,
  answer: HttpAnswer,
  onRefused: ((origin: string) => void) | undefined,
): HttpAnswer {
  const { origin } = message.headers;
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const added = corsHeaders(cors, origin, isPreflight(message.method, message.headers));
  if (origin && !('access-control-allow-origin' in added)) onRefused?.(origin);
  return { ...answer, headers: { ...Object.fromEntries(own), ...added } };
}

function write(message: IncomingMessage, response: ServerResponse, { status, headers, cookies, body }: HttpAnswer): void {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...headers,
    ...(hasBody && { 'content-length': body.length }),
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
  response.end(hasBody && message.method !== 'HEAD' ? body : undefined);
}

function headSize({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): number {
  const values = rawHeaders.filter((_, index) => index % 2 === 1);
  return `${method} ${url} HTTP/${httpVersion}`.length + values.reduce((sum, value) => sum + value.length, 0);
}

/**
 * The whole body, or `undefined` if it exceeds the limit. It is read to its end in both cases, so that the client can
 * read the answer.
 */
async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  }
  return size <= bodyLimit ? Buffer.concat(chunks) : undefined;
}

function arrived(message: IncomingMessage, addressHeader: string | undefined): Omit<Arrived, 'body' | 'requestId'> {
  const address = addressHeader && message.headers[addressHeader];
  const rawHeaders = addressHeader
    ? message.rawHeaders.filter((_, index, all) => all[index - (index % 2)]?.toLowerCase() !== addressHeader)
    : message.rawHeaders;
  return {
    method: message.method ?? '',
    target: message.url ?? '',
    rawHeaders,
    sourceIp: typeof address === 'string' ? address : (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  };
}
