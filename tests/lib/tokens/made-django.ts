import { createHmac } from 'node:crypto';
import type { ForeignKeys } from '#lib/keys/foreign-keys.ts';
import { foreignKeys } from '#lib/keys/foreign-keys.ts';
import { importSecret } from '#lib/keys/secret-key.ts';
import { base64url, noonSeconds } from './made-token.ts';

/** A SECRET_KEY as `startproject` makes it: fifty characters. */
export const djangoSecret = 'dj4ng0-k#v2=&m(8t!z^q$w7x@e5r+c1y_u3i*o9p-a6s)d(fg';

/** The keys of a stage that accepts tokens signed with that secret. */
export async function djangoKeys(secret = djangoSecret): Promise<ForeignKeys> {
  const k = Buffer.from(secret).toString('base64url');
  const key = await importSecret({ kty: 'oct', k, alg: 'HS256' }, 'django-signing-key');
  return foreignKeys(
    { VERIFYING_KEY: '', ALGORITHM: 'ES256', JWK_URL: '', KEY_CACHE: 300 },
    { djangoKey: async () => ({ kid: 'django', algorithm: 'HS256', key }) },
  );
}

type Made = { readonly secret?: string; readonly header?: object; readonly [claim: string]: unknown };

/** A token as simplejwt 5.2.2 makes it, with changes; undefined leaves a claim out. */
export function djangoToken({ secret = djangoSecret, header = {}, ...given }: Made = {}): string {
  const claims = { token_type: 'access', exp: noonSeconds + 300, iat: noonSeconds, jti: 'd'.repeat(32), user_id: 42, ...given };
  const signed = [{ alg: 'HS256', typ: 'JWT', ...header }, claims].map(base64url).join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
