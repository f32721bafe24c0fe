import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '#local/emulators/listen.ts';
import type { Functions } from './functions.ts';
import { answerOf, gatewayAnswer, type HttpAnswer, internalServerError } from './http-answer.ts';
import { type Integrated, readApi } from './http-api-template.ts';
import { type CorsConfiguration, corsHeaders, isPreflight } from './http-cors.ts';
import { type Arrived, eventBody, newRequestId, type RequestEvent, requestEvent } from './http-event.ts';
import { type Matched, routeMatcher } from './http-routes.ts';
import type { Template } from './template.ts';

export type HttpApi = {
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** What it is called on AWS, and in the events: `https://<api id>.execute-api.<region>.amazonaws.com`. */
  readonly origin: string;
  readonly routeKeys: readonly string[];
  stop(): Promise<void>;
};

export type HttpApiOptions = {
  readonly template: Template;
  readonly functions: Functions;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** A request header that says which address the client has; the functions never see it. Absent: the socket's. */
  readonly addressHeader?: string;
  /** What time it is for what the gateway keeps, in milliseconds since 1970. Absent: the time there is. */
  readonly clock?: () => number;
  /** Hears what a function is handed, before it is. */
  readonly onEvent?: (event: HandedEvent) => void;
};

/** The event of a route's function, and in it what the authorizer said. */
export type HandedEvent = RequestEvent & {
  readonly requestContext: { readonly authorizer?: { readonly lambda?: unknown } };
};

/** AWS quotas: "Total combined size of request line and header values", "Payload size". */
const headerLimit = 10_240;
const bodyLimit = 10 * 1024 * 1024;

/** Serves the HTTP API of a compiled template on loopback, and answers as API Gateway does. */
export async function startHttpApi({ template, functions, port = 0, addressHeader, clock, onEvent }: HttpApiOptions): Promise<HttpApi> {
  const api = readApi(template, functions, clock);
  const match = routeMatcher(api.routes);
  const routesOptions = (path: string) => match('OPTIONS', path) !== undefined;

  async function answer(message: IncomingMessage, requestId: string): Promise<HttpAnswer> {
    if (headSize(message) > headerLimit) return gatewayAnswer(431, 'Request Header Fields Too Large');
    const body = await readBody(message);
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large');
    const request = { ...arrived(message, addressHeader), body, requestId };
    const event = requestEvent(request, api.place);
    if (!event) return gatewayAnswer(400, 'Bad Request');
    if (api.cors && isPreflight(message.method, message.headers) && !routesOptions(event.rawPath)) {
      return { status: 204, headers: {}, cookies: [], body: Buffer.alloc(0) };
    }
    const matched = match(request.method, event.rawPath);
    return matched ? await passOn(matched, event, body) : gatewayAnswer(404, 'Not Found');
  }

  async function passOn({ route, pathParameters }: Matched<Integrated>, event: RequestEvent, body: Buffer): Promise<HttpAnswer> {
    const { apiId, accountId } = api.place;
    const { routeKey } = route;
    const path = routeKey === '$default' ? '$default' : routeKey.replace(' ', '');
    const routeArn = `arn:aws:execute-api:${api.region}:${accountId}:${apiId}/$default/${path}`;
    const authorized = await route.authorize?.({ event, routeKey, routeArn, pathParameters });
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
    return answerOf(await functions.invoke(route.functionName, handed, limits));
  }

  const server = createServer({ maxHeaderSize: 262_144, keepAliveTimeout: 120_000 }, (message, response) => {
    const requestId = newRequestId();
    response.setHeader('apigw-requestid', requestId);
    answer(message, requestId)
      .catch(() => internalServerError)
      .then((result) => write(message, response, api.cors ? withCors(api.cors, message, result) : result))
      .catch(() => response.destroy());
  });
  const { endpoint, stop } = await listen(server, port);
  return {
    url: endpoint,
    origin: `https://${api.place.domainName}`,
    routeKeys: api.routes.map(({ routeKey }) => routeKey),
    stop,
  };
}

/** The CORS headers of the configuration take the place of what the function said. */
function withCors(cors: CorsConfiguration, message: IncomingMessage, answer: HttpAnswer): HttpAnswer {
  const own = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
  const added = corsHeaders(cors, message.headers.origin, isPreflight(message.method, message.headers));
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

/** The whole body, or `undefined` where it is over the limit; it is read to its end either way, so that the client can listen. */
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
