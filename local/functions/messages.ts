/** A thrown value as it is sent from one thread to another. */
export type Thrown = { readonly name: string; readonly message: string; readonly stack: string };

/** The input of a worker. */
export type WorkerStart = {
  /** The handler of each function, such as `functions/auth/login.handler`. */
  readonly handlers: Readonly<Record<string, string>>;
  /** Functions to load before the worker reports `ready`. */
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
  /** Asks whether the event loop of the worker still runs. */
  | { readonly kind: 'ping' }
  /** Opens the inspector on this port. */
  | { readonly kind: 'inspect'; readonly port: number };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: Thrown }
  | { readonly kind: 'pong' }
  | { readonly kind: 'log'; readonly text: string }
  /** An unhandled rejection or exception that belongs to no request. Lambda would end the instance. */
  | { readonly kind: 'stray'; readonly error: Thrown }
  | { readonly kind: 'returned'; readonly id: string; readonly payload: string }
  | { readonly kind: 'threw'; readonly id: string; readonly error: Thrown };
