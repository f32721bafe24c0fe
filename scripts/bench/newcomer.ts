import { randomInt } from 'node:crypto';
import type { Gateway } from '#local/gateway/gateway.ts';

type Newcomer = { readonly id: string; readonly access: string; readonly refresh: string; readonly password: string };

/** Posts JSON and returns the answer; throws if it is a refusal. */
export async function post<T>(gateway: Gateway, path: string, body: object): Promise<T> {
  const response = await gateway.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json().catch(() => undefined)) as T;
}

/** A new user who has registered and logged in. */
export async function newcomer(gateway: Gateway, given: { readonly email?: string; readonly code?: string } = {}): Promise<Newcomer> {
  const digits = String(randomInt(1e8)).padStart(8, '0');
  const person = {
    username: `b${digits}`,
    name: 'Bench',
    email: `b${digits}@example.com`,
    mobile: `+86138${digits}`,
    password: `a fine sentence ${digits}`,
    ...given,
  };
  await post(gateway, '/register/', { ...person, password_confirmation: person.password });
  const { data } = await post<{ data: { access_token: string; refresh_token: string; user_id: string } }>(gateway, '/login/', person);
  return { id: data.user_id, access: data.access_token, refresh: data.refresh_token, password: person.password };
}
