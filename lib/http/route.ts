import type { GenericSchema, InferInput, InferOutput, ObjectEntries, ObjectSchema } from 'valibot';
import type { Action } from '#lib/caller/action.ts';
import type { ProblemCode } from '#lib/problem.ts';
import { isSafe } from './own-page.ts';

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A file in a multipart body, and the problem to answer if it has more than `maxBytes` bytes. */
export type FilePart = { readonly field: string; readonly maxBytes: number; readonly tooLarge: ProblemCode };

/**
 * One endpoint as data. The handler parses and answers by it, a test compares `functions.yml` with it, and
 * `openapi.json` is generated from it, so the three cannot disagree.
 */
export type Route = {
  /** The name of the function in `functions.yml` and of the OpenAPI operation. */
  readonly name: string;
  readonly methods: readonly [Method, ...Method[]];
  readonly path: `/${string}`;
  /** What the endpoint does, in the imperative: "Delete a session". */
  readonly summary: string;
  /** `locked`: only callers that the authorizer let in. */
  readonly access: 'open' | 'locked';
  /**
   * The path parameter that must be the caller's own id. Any other id gets a 403 before the body is read, whether or
   * not that user exists.
   */
  readonly ownedBy?: string;
  /**
   * What the caller must be allowed to do, by the caller's own row and not by the authorizer's context
   * (`lib/users/judge.ts`). The endpoint is then given a judge and asks it before it reads the body. A locked route
   * with an id has either this or `ownedBy`.
   */
  readonly judged?: Action;
  /** The parameters of the query string; each may be sent once, and others are refused. */
  readonly query?: QuerySchema;
  /** The fields of the body, in any content type. */
  readonly body?: GenericSchema;
  readonly file?: FilePart;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    /** The fields of the answer. All others are dropped. */
    readonly body?: GenericSchema;
    /** The content type of an answer that is not JSON. */
    readonly bytes?: string;
  };
  /** Only on a developer’s machine: not on a deployed stage and not in openapi.json. */
  readonly onlyLocal?: true;
  /** The route's own refusals. `problemsOf` adds those of its body, lock, owner, judge and query. */
  readonly problems: readonly ProblemCode[];
};

/** The parameters of a query string, by name. */
export type QuerySchema = ObjectSchema<ObjectEntries, undefined>;

/** Every refusal that a client of the route must expect. */
export function problemsOf({ methods, access, path, ownedBy, judged, query, body, file, problems }: Route): ProblemCode[] {
  const locked: ProblemCode[] = [
    ...(['not_authenticated', 'bad_authorization_header', 'token_not_valid', 'user_not_found', 'user_inactive'] as const),
    ...(['no_active_account', 'throttled'] as const), // of HTTP Basic
  ];
  const unreadable: ProblemCode[] = ['malformed_request', 'validation_failed', 'request_too_large', 'unsupported_media_type'];
  const implied = [
    ...(access === 'locked' ? locked : []),
    ...(access === 'locked' && !methods.every(isSafe) ? (['csrf_failed'] as const) : []),
    ...(ownedBy || judged ? (['permission_denied'] as const) : []),
    ...(judged && path.includes('{') ? (['not_found'] as const) : []),
    ...(query ? (['unsupported_query', 'validation_failed'] as const) : []),
    ...(body || file ? unreadable : []),
    ...(file ? [file.tooLarge] : []),
  ];
  return [...new Set<ProblemCode>([...implied, ...problems, 'internal_error', 'unavailable'])];
}

/** The parsed body of a route. */
export type BodyOf<R extends Route> = R['body'] extends GenericSchema ? InferOutput<R['body']> : undefined;
/** The parsed query of a route. */
export type QueryOf<R extends Route> = R['query'] extends QuerySchema ? InferOutput<R['query']> : undefined;
/** The body of a route's answer, as its handler gives it. */
export type SuccessOf<R extends Route> = R['success']['body'] extends GenericSchema ? InferInput<R['success']['body']> : void;

/** Declares a route and keeps its exact type. */
export function route<const R extends Route>(declared: R): R {
  return declared;
}
