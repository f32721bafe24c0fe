import { AsyncLocalStorage } from 'node:async_hooks';

/** The facts about the request, or the command, that this code works for. */
export type RequestContext = {
  /** The name of the route, `authorizer`, or the command line's command. */
  readonly via: string;
  /** The id of the Lambda invocation, or of the run of a command. */
  readonly requestId?: string | undefined;
  /** The id of the signed-in user who asks; undefined on open routes and for commands. */
  readonly actorId?: string | undefined;
  /** The session of the token that came with the request. */
  readonly sid?: string | undefined;
  /** The address and the device as `Client` has them. */
  readonly address?: string | undefined;
  readonly device?: string | undefined;
};

const storage = new AsyncLocalStorage<RequestContext>();

/**
 * Runs `work` with this context. Everything that it calls and awaits sees the context, and nothing else does: requests that run side by side
 * do not mix. So events say who caused them without an argument that a new endpoint could forget (docs/decisions/0095).
 */
export function withRequestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the request; undefined outside of one, such as in a schedule. */
export function requestContext(): RequestContext | undefined {
  return storage.getStore();
}
