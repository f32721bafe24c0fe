/** A thrown thing as it crosses from one thread to another. */
export type Thrown = { readonly name: string; readonly message: string; readonly stack: string };

/** What a worker is started with. */
export type WorkerStart = {
  /** Every function and its handler, such as `functions/auth/login.handler`. */
  readonly handlers: Readonly<Record<string, string>>;
  /** The functions that are loaded before it says that it is ready. */
  readonly loadFirst: readonly string[];
};

export type ToWorker =
  | {
      readonly kind: 'run';
      readonly id: string;
      readonly name: string;
      /** The event as JSON: on Lambda it crosses a wire too. */
      readonly event: string;
      readonly context: Readonly<Record<string, unknown>>;
      /** In milliseconds since 1970. */
      readonly deadline: number;
    }
  /** Whether the thread still turns. */
  | { readonly kind: 'ping' }
  /** Opens the inspector on this port. */
  | { readonly kind: 'inspect'; readonly port: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: Thrown }
  | { readonly kind: 'pong' }
  | { readonly kind: 'log'; readonly text: string }
  /** A promise was rejected, or an error thrown, with no request to answer for it. Lambda ends the instance then. */
  | { readonly kind: 'stray'; readonly error: Thrown }
  | { readonly kind: 'returned'; readonly id: string; readonly payload: string }
  | { readonly kind: 'threw'; readonly id: string; readonly error: Thrown };
