import { randomInt } from 'node:crypto';
import type { Gateway } from '#local/gateway/gateway.ts';

export type NewUser = {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly mobile: string;
  readonly password: string;
};
export type SignedInUser = NewUser & { readonly id: string; readonly access: string; readonly refresh: string };
export type Body = Record<string, unknown>;
type Headers = Readonly<Record<string, string>>;

/** A user who has not registered yet, with identifiers that no other test has. */
export function newUser(): NewUser {
  const digits = String(randomInt(1e8)).padStart(8, '0');
  return {
    username: `u${digits}`,
    name: `Person ${digits}`,
    email: `u${digits}@example.com`,
    mobile: `+86138${digits}`,
    password: `a fine sentence ${digits}`,
  };
}

/** A client address that no other request has, because limits are counted by address. */
export function unusedAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

export function post(gateway: Gateway, path: string, body: Body, headers: Headers = {}, from = unusedAddress()): Promise<Response> {
  const json = { 'content-type': 'application/json' };
  return gateway.fetch(path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body), from });
}

export const bearer = (access: string) => ({ authorization: `Bearer ${access}` });

export async function read(gateway: Gateway, path: string, access: string): Promise<Response> {
  return await gateway.fetch(path, { headers: bearer(access) });
}

export function register(gateway: Gateway, user: NewUser): Promise<Response> {
  return post(gateway, '/register/', { ...user, password_confirmation: user.password });
}

export async function signIn(gateway: Gateway, { username, password }: NewUser): Promise<{ access: string; refresh: string }> {
  const response = await post(gateway, '/token/', { username, password });
  if (response.status !== 200) throw new Error(`signing in failed: ${response.status} ${await response.text()}`);
  return (await response.json()) as { access: string; refresh: string };
}

/** Signs in and returns a sliding token. */
export async function signInSliding(gateway: Gateway, { username, password }: NewUser, more: Body = {}): Promise<string> {
  const response = await post(gateway, '/token/sliding/', { username, password, ...more });
  if (response.status !== 200) throw new Error(`signing in failed: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}

/** Registers a new user and signs them in. */
export async function signedInUser(gateway: Gateway): Promise<SignedInUser> {
  const user = newUser();
  const response = await register(gateway, user);
  if (response.status !== 201) throw new Error(`registering failed: ${response.status} ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  return { ...user, id, ...(await signIn(gateway, user)) };
}

/** The status of a response and the code and sentence of its problem, which are all that clients act on. */
export async function problemOf(response: Response): Promise<{ status: number; code: unknown; detail: unknown }> {
  const { code, detail } = (await response.json()) as Body;
  return { status: response.status, code, detail };
}

export function claimsOf(token: string): Body {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Body;
}

/** Makes fifty calls at once. */
export function fiftyAtOnce<T>(make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: 50 }, (_, index) => make(index)));
}
