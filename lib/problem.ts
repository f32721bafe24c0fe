import type { Phrase, Values } from './wording.ts';

/** Every refusal that Gatehouse sends. Codes are part of the contract: new ones are added, none is renamed. */
export const problems = {
  malformed_request: { status: 400, title: 'malformed_request', detail: 'malformed_request' },
  validation_failed: { status: 400, title: 'validation_failed', detail: 'validation_failed_detail' },
  identifier_taken: { status: 400, title: 'identifier_taken', detail: 'identifier_taken_detail' },
  human_check_required: { status: 400, title: 'human_check_required', detail: 'human_check_required_detail' },
  human_check_failed: { status: 400, title: 'human_check_failed', detail: 'human_check_failed_detail' },
  unsupported_query: { status: 400, title: 'unsupported_query', detail: 'unsupported_query_detail' },
  invalid_cursor: { status: 400, title: 'invalid_cursor', detail: 'invalid_cursor_detail' },
  invalid_image: { status: 400, title: 'invalid_image', detail: 'invalid_image_detail' },
  not_authenticated: { status: 401, title: 'not_authenticated', detail: 'not_authenticated_detail' },
  bad_authorization_header: { status: 401, title: 'bad_authorization_header', detail: 'bad_authorization_header_detail' },
  no_active_account: { status: 401, title: 'no_active_account', detail: 'no_active_account_detail' },
  token_not_valid: { status: 401, title: 'token_not_valid', detail: 'token_invalid' },
  user_not_found: { status: 401, title: 'token_not_valid', detail: 'user_not_found' },
  user_inactive: { status: 401, title: 'token_not_valid', detail: 'user_inactive' },
  permission_denied: { status: 403, title: 'permission_denied', detail: 'permission_denied_detail' },
  fresh_login_required: { status: 403, title: 'fresh_login_required', detail: 'fresh_login_required_detail' },
  csrf_failed: { status: 403, title: 'csrf_failed', detail: 'csrf_failed_detail' },
  not_found: { status: 404, title: 'not_found', detail: 'not_found_detail' },
  too_many_api_tokens: { status: 409, title: 'too_many_api_tokens', detail: 'too_many_api_tokens_detail' },
  precondition_failed: { status: 412, title: 'precondition_failed', detail: 'precondition_failed_detail' },
  request_too_large: { status: 413, title: 'request_too_large', detail: 'request_too_large_detail' },
  image_too_large: { status: 413, title: 'image_too_large', detail: 'image_too_large_detail' },
  unsupported_media_type: { status: 415, title: 'unsupported_media_type', detail: 'unsupported_media_type_detail' },
  throttled: { status: 429, title: 'throttled', detail: 'throttled_detail' },
  internal_error: { status: 500, title: 'internal_error', detail: 'internal_error_detail' },
  unavailable: { status: 503, title: 'unavailable', detail: 'unavailable_detail' },
} as const satisfies Record<string, { status: number; title: Phrase; detail: Phrase }>;

export type ProblemCode = keyof typeof problems;

/** What is wrong with one field: the sentence, and the values that fill its places. */
export type FieldError = { readonly phrase: Phrase; readonly values?: Values };
export type FieldErrors = Readonly<Record<string, readonly FieldError[]>>;

/** What a Problem may add to its code. */
export type ProblemOptions = {
  /** Replaces the code's own sentence. */
  readonly detail?: Phrase;
  readonly values?: Values;
  readonly errors?: FieldErrors;
  /** More members of the problem (RFC 9457 §3.2), such as the address of a picture to solve. */
  readonly members?: Readonly<Record<string, string>>;
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** `Set-Cookie` lines to send along, such as one that deletes an invalid cookie. */
  readonly cookies?: readonly string[];
  /** The private reason. It is logged and never sent. */
  readonly reason?: string;
  readonly cause?: unknown;
};

/** A refusal that the client is told about, as RFC 9457 problem details. Any other error is answered with a 500. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.reason ?? code, { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** Whether an error is Gatehouse's fault and not the client's; such a try is not counted against the client. */
export function isOurFault(error: unknown): boolean {
  return !(error instanceof Problem) || error.status >= 500;
}
