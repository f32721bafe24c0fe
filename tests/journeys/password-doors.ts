import type { Gateway } from '#local/gateway/gateway.ts';
import type { mailOf } from './mail.ts';
import { bearer, newUser, post } from './users.ts';

type Person = { readonly username: string; readonly name: string; readonly email: string; readonly mobile: string };
/** A person whose names are like no other's, and like no common word. */
const person = (): Person => {
  const { username: word, mobile } = newUser();
  const letters = [...word.slice(1)].map((digit) => 'bcdfghjklm'[Number(digit)]).join('');
  return { username: `zeph${letters}`, name: `Yvain Orrin${letters}`, email: `wick.${letters}@thornbury.example`, mobile };
};

/** A person at an endpoint that sets a password, and how a password is chosen there. */
type Opened = { readonly person: Person; readonly choose: (password: string) => Promise<Response> };

/** Every endpoint that sets a password. */
export const passwordDoorNames = ['POST /register/', 'POST /users/', 'POST /users/{id}/password/', 'POST /password/reset/'] as const;

type Stage = { readonly gateway: Gateway; readonly mail: ReturnType<typeof mailOf>; readonly staffAccess: string };

/** Opens each of them for a new person. The stage needs `PASSWORD_RESET_URL`. */
export function passwordDoors({ gateway, mail, staffAccess }: Stage): Record<(typeof passwordDoorNames)[number], () => Promise<Opened>> {
  const signedIn = async () => {
    const given = { ...person(), password: 'violet kettle under a roof' };
    const answer = await post(gateway, '/register/', { ...given, password_confirmation: given.password });
    const { id } = (await answer.json()) as { id: string };
    const { access } = (await (await post(gateway, '/token/', given)).json()) as { access: string };
    return { ...given, id, access };
  };

  return {
    'POST /register/': async () => {
      const given = person();
      return { person: given, choose: (password) => post(gateway, '/register/', { ...given, password, password_confirmation: password }) };
    },
    'POST /users/': async () => {
      const given = person();
      return { person: given, choose: (password) => post(gateway, '/users/', { ...given, password }, bearer(staffAccess)) };
    },
    'POST /users/{id}/password/': async () => {
      const given = await signedIn();
      const form = (password: string) => ({ old_password: given.password, new_password: password, new_password_confirmation: password });
      return { person: given, choose: (password) => post(gateway, `/users/${given.id}/password/`, form(password), bearer(given.access)) };
    },
    'POST /password/reset/': async () => {
      const given = await signedIn();
      await post(gateway, '/password/forgot/', { email: given.email });
      const token = await mail.last(given.email);
      return {
        person: given,
        choose: (password) => post(gateway, '/password/reset/', { token, password, password_confirmation: password }),
      };
    },
  };
}
