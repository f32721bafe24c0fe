import { blacklistToken } from '#lib/sessions/blacklist-token.ts';
import { slidingSessionOpener } from '#lib/sessions/open-sliding-session.ts';
import { renewSliding } from '#lib/sessions/renew-sliding.ts';
import { verifyToken } from '#lib/tokens/verify-token.ts';
import { madeKeys } from '../tokens/made-keys.ts';
import { rules, signed } from '../tokens/made-token.ts';
import { client, madeService } from '../users/made-service.ts';
import { madeUser } from '../users/made-user.ts';

const keys = await madeKeys();

/** A user with a sliding token for five minutes, renewable for an hour, in memory, with a clock to turn. */
export async function madeSliding({ isRemembered = false, leewaySeconds = 0, slidingSeconds = 300 } = {}) {
  const service = madeService();
  const user = madeUser({ tokenEpoch: 1, roles: ['editor'] });
  service.tables.users.set(user.id, user);
  const needs = {
    ...service,
    rules: { ...rules, leewaySeconds },
    signingKey: async () => keys.signing,
    keySet: async () => keys.set,
    slidingSeconds,
    personal: async () => ({ roles: [], ability: [], custom: {} }),
    addition: async () => ({}),
    mayEnter: async ({ isActive }: { readonly isActive: boolean }) => isActive,
    asksHooksFirst: false,
    lifetimes: { renewableSeconds: 3600, rememberedSeconds: 7200, sessionSeconds: 86_400 },
  };
  const open = async () => (await slidingSessionOpener(needs)({ user, client, isRemembered })).token;
  const renew = async (text: string) => (await renewSliding(needs, text)).token;
  const verdict = async (work: Promise<unknown>) =>
    await work.then(
      () => 'done',
      ({ code, options }) => `${code} ${options.detail}`,
    );

  return {
    ...service,
    user,
    needs,
    open,
    first: await open(),
    renew,
    /** The refusal of a renewal, or `done`. */
    refusalOf: async (text: string) => await verdict(renew(text)),
    /** The result of blacklisting: `done`, or the refusal. */
    blacklist: async (text: string, type: 'refresh' | 'sliding' = 'sliding') => await verdict(blacklistToken(needs, text, type)),
    holds: async (text: string) => !('refused' in (await verifyToken(needs, text, ['sliding']))),
    /** A sliding token with any claims, signed with our own key. */
    forge: async (payload: Record<string, unknown>) => await signed(keys.signing, { payload, header: { typ: 'st+jwt' } }),
    session: () => [...service.tables.sessions.values()][0],
    /** Deletes expired rows, as DynamoDB does at some time. */
    flush() {
      const now = service.now().getTime() / 1000;
      for (const [id, until] of service.tables.blacklist) if (until <= now) service.tables.blacklist.delete(id);
      for (const [key, session] of service.tables.sessions) if (session.expiresAt <= now) service.tables.sessions.delete(key);
    },
  };
}
