import { createHmac, randomInt } from 'node:crypto';
import { randomId } from '#lib/ids.ts';
import type { Gateway } from '#local/gateway/gateway.ts';
import type { tablesOf } from './tables.ts';
import { type NewUser, newUser, register } from './users.ts';

export type ImportedUser = NewUser & { readonly id: string };

/** A user who was imported from a Django project with their numeric id. */
export async function importedUser(gateway: Gateway, tables: ReturnType<typeof tablesOf>): Promise<ImportedUser> {
  const user = newUser();
  const { id: made } = (await (await register(gateway, user)).json()) as { id: string };
  const id = String(randomInt(1, 1e9));
  const rows = await tables.all('users');
  await tables.put('users', { ...rows.find((row) => row['id'] === made), id });
  await tables.set('users', { id: made }, 'username_key', made);
  for (const row of await tables.all('identifiers')) if (row['user_id'] === made) await tables.put('identifiers', { ...row, user_id: id });
  return { ...user, id };
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as simplejwt 5.2.2 signs it, with the given claims replaced. */
export function djangoToken(secret: string, { id }: { readonly id: string }, given: Readonly<Record<string, unknown>> = {}): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { token_type: 'access', exp: iat + 300, iat, jti: randomId(), user_id: Number(id), ...given };
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
