import type { Client } from '#lib/caller/client.ts';
import { sessionOpener } from '#lib/sessions/open-session.ts';
import { refreshSession } from '#lib/sessions/refresh-session.ts';
import type { TokenPair } from '#lib/sessions/token-pair.ts';
import { verifyToken } from '#lib/tokens/verify-token.ts';
import type { User } from '#lib/users/user.ts';
import { quietly } from '../logged.ts';
import { madeKeys } from '../tokens/made-keys.ts';
import { rules } from '../tokens/made-token.ts';
import { client, madeService } from '../users/made-service.ts';
import { madeUser } from '../users/made-user.ts';

const keys = await madeKeys();

/** A user who has just signed in, and all it takes to refresh, in memory, with a clock that a test can turn. */
export async function madeSignIn(
  given: { graceSeconds?: number; isRotating?: boolean; isRemembered?: boolean; sessionSeconds?: number; more?: object } = {},
) {
  const { graceSeconds = 30, isRotating = true, isRemembered = false, sessionSeconds = 86_400, more = {} } = given;
  const service = madeService();
  const user = madeUser({ tokenEpoch: 1, roles: ['editor'] });
  service.tables.users.set(user.id, user);
  const needs = {
    ...service,
    rules,
    personal: async () => ({ roles: [], ability: [], custom: {} }),
    addition: async () => ({}),
    signingKey: async () => keys.signing,
    keySet: async () => keys.set,
    accessSeconds: 300,
    lifetimes: { idleSeconds: 3600, rememberedSeconds: 7200, sessionSeconds },
    isRotating,
    graceSeconds,
    mayEnter: async ({ isActive }: User) => isActive,
    asksHooksFirst: false,
    theftNotice: async () => undefined,
    ...more,
  };
  const first = await sessionOpener(needs)({ user, client, isRemembered });
  let requests = 0;
  const refresh = async (text: string, requestId?: string, from: Partial<Client> = {}): Promise<TokenPair> => {
    requests += 1;
    return await quietly(() => refreshSession(needs, text, { ...client, ...from, requestId: requestId ?? `refresh-${requests}` }));
  };

  return {
    ...service,
    user,
    first,
    /** The same user signs in once more. */
    elsewhere: async () => await sessionOpener(needs)({ user: service.tables.users.get(user.id) ?? user, client, isRemembered }),
    needs,
    /** Each call is a request of its own unless `requestId` says otherwise, from the client that signed in unless `from` does. */
    refresh,
    /** What a refresh is refused with, or `refreshed`. */
    async refusalOf(text: string, requestId?: string, from?: Partial<Client>): Promise<string> {
      return await refresh(text, requestId, from).then(
        () => 'refreshed',
        ({ code, options }) => `${code} ${options.detail}`,
      );
    },
    /** Whether an access or refresh token is valid now. */
    async holds(text: string): Promise<boolean> {
      return !('refused' in (await verifyToken(needs, text, ['access', 'refresh'])));
    },
    session: () => [...service.tables.sessions.values()][0],
  };
}

/** The claims of a token, unverified. */
export function claimsOf(text: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString());
}
