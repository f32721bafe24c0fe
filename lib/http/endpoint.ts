import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type GenericSchema, getDotPath, safeParse } from 'valibot';
import { type Caller, callerFrom } from '#lib/caller/caller.ts';
import { type Client, countedAddress, describeDevice } from '#lib/caller/client.ts';
import { now } from '#lib/clock.ts';
import { type Language, preferredLanguage } from '#lib/language.ts';
import { Problem } from '#lib/problem.ts';
import { type RequestContext, withRequestContext } from '#lib/request-context.ts';
import { Answer, type Reply } from './answer.ts';
import { cookieValues } from './cookies.ts';
import { withinDeadline } from './deadline.ts';
import { headerOf } from './header.ts';
import { accessLog, type Event, problemsAsAnswers, type Result, securityHeaders } from './middlewares.ts';
import { parseFields } from './parse-fields.ts';
import { readBody } from './read-body.ts';
import { readQuery } from './read-query.ts';
import type { BodyOf, QueryOf, Route } from './route.ts';

type Params = Readonly<Record<string, string>>;

/** Checks whether a caller may use a route and returns what the handler needs of that check. Throws if not. */
export type Judge<Judged> = (caller: Caller, params: Params, client: Client) => Promise<Judged>;

/** A request, parsed as its route declares. */
export type Received<R extends Route> = {
  readonly body: BodyOf<R>;
  /** The bytes of the file the route asks for; never empty. */
  readonly file: R['file'] extends object ? Uint8Array : undefined;
  readonly params: Params;
  readonly query: QueryOf<R>;
  readonly caller: R['access'] extends 'locked' ? Caller : undefined;
  readonly client: Client;
  readonly language: Language;
  /** The scheme and host that the request was sent to, without a slash at the end. */
  readonly origin: string;
  /** A request header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** Every value of a cookie, see `cookieValues`. */
  readonly cookies: (name: string) => readonly string[];
  readonly isHead: boolean;
};

/**
 * The Lambda handler of a route, and the only way into Gatehouse from outside. It lets only callers through a locked
 * route, parses the request into plain values, and turns the result or the error into a response. A route with `judged`
 * does not compile without its judge; a missing or unused judge also throws at start.
 */
export function endpoint<const R extends Route, Judged = undefined>(
  route: R,
  handle: (received: Received<R> & { readonly judged: Judged }) => Promise<Reply<R>>,
  ...judges: R extends { readonly judged: string } ? [Judge<Judged>] : []
) {
  const [judge] = judges as readonly [Judge<Judged>?];
  if ((route.judged === undefined) !== (judge === undefined)) throw new Error(`${route.name} has no judge, or one that nobody asks`);
  return middy<Event, Result>()
    .use(accessLog(route))
    .use(securityHeaders)
    .use(problemsAsAnswers(route))
    .handler(async (event: Event, context: Context): Promise<Result> => {
      const work = async () => {
        const sender = senderOf(route, event, context);
        const answer = async () => toResult(route, await handle(await receive(route, event, sender, judge)));
        return await withRequestContext(contextOf(route, sender), answer);
      };
      return await withinDeadline(work(), context);
    }) as unknown as (event: APIGatewayProxyEventV2, context: Pick<Context, 'awsRequestId'>) => Promise<Result>;
}

type Sender = { readonly caller: Caller | undefined; readonly client: Client };

/** Who sent the request. Throws if the route is locked and the authorizer let no caller in. */
function senderOf({ access }: Route, { requestContext: { http, authorizer } }: Event, { awsRequestId }: Context): Sender {
  const caller = access === 'locked' ? callerFrom(authorizer?.lambda, now()) : undefined;
  return { caller, client: { address: countedAddress(http.sourceIp), device: describeDevice(http.userAgent), requestId: awsRequestId } };
}

/** What every event of this request says of it. */
function contextOf({ name: via }: Route, { caller, client }: Sender): RequestContext {
  return { via, actorId: caller?.sub, sid: caller?.sid, ...client };
}

async function receive<R extends Route, Judged>(
  route: R,
  event: Event,
  { caller, client }: Sender,
  judge: Judge<Judged> | undefined,
): Promise<Received<R> & { readonly judged: Judged }> {
  const { http, domainName } = event.requestContext;
  const header = (name: string) => headerOf(event.headers, name);
  const params = (event.pathParameters ?? {}) as Params;
  if (route.ownedBy && params[route.ownedBy] !== caller?.sub) throw new Problem('permission_denied', { reason: 'not their own' });
  const judged = await judge?.(caller as Caller, params, client);
  const hasBody = route.body !== undefined || route.file !== undefined;
  const { fields, file } = hasBody
    ? await readBody({ body: event.body, isBase64Encoded: event.isBase64Encoded, contentType: header('content-type') }, route.file)
    : { fields: {}, file: undefined };
  if (route.file && !file?.length) {
    throw new Problem('validation_failed', { errors: { [route.file.field]: [{ phrase: 'file_required' }] } });
  }
  return {
    body: route.body && parseFields(route.body, fields),
    file,
    params,
    query: route.query && readQuery(route.query, event.rawQueryString),
    judged,
    caller,
    client,
    language: preferredLanguage(header('accept-language')),
    origin: `https://${domainName}`,
    header,
    cookies: (name) => cookieValues(event, name),
    isHead: http.method === 'HEAD',
  } as Received<R> & { readonly judged: Judged };
}

/** A reply, reduced to the fields of the route's success schema. */
function toResult<R extends Route>(route: R, reply: Reply<R>): Result {
  const { body, headers, cookies, status } = reply instanceof Answer ? reply : new Answer(reply);
  const answer = { statusCode: status ?? route.success.status, ...(cookies.length > 0 && { cookies: [...cookies] }) };
  if (body instanceof Uint8Array) {
    return { ...answer, headers: { ...headers }, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  }
  if (!route.success.body || body === undefined) return { ...answer, headers: { ...headers }, body: '' };
  return {
    ...answer,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(onlyNamed(route.success.body, body)),
  };
}

/** The fields of `value` that the schema names. If one does not fit, the error names its place, never its value. */
function onlyNamed(schema: GenericSchema, value: unknown): unknown {
  const result = safeParse(schema, value);
  if (result.success) return result.output;
  throw new Error(`the reply does not fit its schema at ${result.issues.map((issue) => getDotPath(issue) ?? 'its root').join(', ')}`);
}
