import type { Route, SuccessOf } from './route.ts';

type Extras = {
  readonly headers?: Readonly<Record<string, string>>;
  /** `Set-Cookie` lines. */
  readonly cookies?: readonly string[];
  readonly status?: 304;
};

/** A response with more than a JSON body: headers, cookies, bytes, or status 304. */
export class Answer<Body = unknown> {
  readonly body: Body | Uint8Array | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly status: number | undefined;

  constructor(body: Body | Uint8Array | undefined, { headers = {}, cookies = [], status }: Extras = {}) {
    this.body = body;
    this.headers = headers;
    this.cookies = cookies;
    this.status = status;
  }
}

/** What a handler may return: the plain body, or an Answer with it. */
export type Reply<R extends Route> = SuccessOf<R> | Answer<SuccessOf<R>>;
