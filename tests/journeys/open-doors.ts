import type { Gateway } from '#local/gateway/gateway.ts';
import { type Body, bearer, type NewUser, newUser, post, type SignedInUser, unusedAddress } from './users.ts';

/** Who is named in a request: a user, or somebody whom no account knows. */
export type Named = Pick<NewUser, 'username' | 'email' | 'mobile'>;

/** A request that a stranger can make about somebody, and the one thing about them that it names. */
export type Door = { readonly name: string; readonly names: keyof Named; readonly knock: (whom: Named) => Promise<Response> };

const password = 'another fine sentence';

/** Every request that a stranger, or a user about somebody else, can make with a username, an address or a number, without a right code. */
export function openDoors(gateway: Gateway, stranger: SignedInUser): Door[] {
  const from = unusedAddress(); // one stranger: limits that count the client's address then show as well
  const door = (path: string, names: keyof Named, name: string, body: (value: string) => Body, headers = {}): Door => ({
    ...{ name: `${path} ${name}`, names },
    knock: (whom) => post(gateway, path, body(whom[names]), headers, from),
  });
  const addresses = ['email', 'mobile'] as const;
  const anything = ['username', ...addresses] as const;
  const channels = { email: 'email', mobile: 'sms' };
  return [
    ...['register', 'login', 'reset'].flatMap((purpose) =>
      addresses.map((kind) => door('/codes/', kind, `${purpose} ${kind}`, (to) => ({ channel: channels[kind], to, purpose }))),
    ),
    ...anything.map((kind) => door('/password/forgot/', kind, kind, (value) => ({ [kind]: value }))),
    ...anything.map((kind) => door('/login/code/', kind, kind, (value) => ({ [kind]: value, code: '000000' }))),
    ...anything.map((kind) => door('/login/', kind, kind, (value) => ({ [kind]: value, password }))),
    ...addresses.map((kind) =>
      door('/password/reset/', kind, kind, (value) => ({ [kind]: value, code: '000000', password, password_confirmation: password })),
    ),
    ...addresses.map((kind) =>
      door('/register/', kind, kind, (value) => ({
        ...newUser(),
        password,
        password_confirmation: password,
        [kind]: value,
        code: '000000',
      })),
    ),
    ...addresses.flatMap((kind) =>
      [{}, { code: '000000' }].map((code) =>
        door(
          `/users/${stranger.id}/${kind}/`,
          kind,
          `${kind} ${Object.keys(code)}`,
          (value) => ({ [kind]: value, password: stranger.password, ...code }),
          bearer(stranger.access),
        ),
      ),
    ),
  ];
}
