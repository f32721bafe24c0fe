import type { GenericSchema, InferInput, InferOutput, ObjectEntries, ObjectSchema } from 'valibot';
import type { Action } from '#lib/caller/action.ts';
import type { ProblemCode } from '#lib/problem.ts';
import { isSafe } from './own-page.ts';

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A file that a multipart body has to carry, and the problem that answers one of more than `maxBytes` bytes. */
export type FilePart = { readonly field: string; readonly maxBytes: number; readonly tooLarge: ProblemCode };

/**
 * One endpoint as data. The handler reads it to parse and to answer, a test holds `functions.yml` against it, and
 * `openapi.json` is folded from it, so the three cannot disagree.
 */
export type Route = {
  /** The function's name in `functions.yml`, and the OpenAPI operation. */
  readonly name: string;
  readonly methods: readonly [Method, ...Method[]];
  readonly path: `/${string}`;
  readonly summary: string;
  /** `locked`: only for a caller whom the authorizer let in. */
  readonly access: 'open' | 'locked';
  /** The path parameter that has to be the caller's own id. Anything else is a 403 before the body is read, whoever exists. */
  readonly ownedBy?: string;
  /**
   * What the caller has to be able to do, by their own row and not by what the authorizer says of them (`lib/users/judge.ts`). The endpoint is handed a
   * judge then, and asks it before the body is read. A locked route with an id has this or an owner.
   */
  readonly judged?: Action;
  /** The parameters of the query string: each at most once, and no others. */
  readonly query?: QuerySchema;
  /** The fields of the body, whatever content type they come in. */
  readonly body?: GenericSchema;
  readonly file?: FilePart;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    /** Names what may leave: whatever it does not name is dropped. */
    readonly body?: GenericSchema;
    /** The content type of an answer that is no JSON. */
    readonly bytes?: string;
  };
  /** Only a developer’s machine has it: no deployed stage, and not openapi.json. */
  readonly onlyLocal?: true;
  /** The refusals that are this route's own; those that come with a body, a lock or an owner are implied. */
  readonly problems: readonly ProblemCode[];
};

/** Parameters of a query string, by name. */
export type QuerySchema = ObjectSchema<ObjectEntries, undefined>;

/** Every refusal a client of a route has to expect. */
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

export type BodyOf<R extends Route> = R['body'] extends GenericSchema ? InferOutput<R['body']> : undefined;
export type QueryOf<R extends Route> = R['query'] extends QuerySchema ? InferOutput<R['query']> : undefined;
export type SuccessOf<R extends Route> = R['success']['body'] extends GenericSchema ? InferInput<R['success']['body']> : void;

/** Declares a route and keeps its exact type. */
export function route<const R extends Route>(declared: R): R {
  return declared;
}
