import { afterEach, beforeEach, expect, it } from 'vitest';
import { unlimitedCodes } from './mail.ts';
import { type Door, type Named, openDoors } from './open-doors.ts';
import { sharedGateway } from './shared-gateway.ts';
import { newUser, type SignedInUser, signedInUser } from './users.ts';

const settings = { ...unlimitedCodes, CODE_COUNTRIES: 'CN' };
const { gateway, tables, clock } = await sharedGateway({ stage: 'local', settings });
afterEach(clock.run);
beforeEach(() => clock.stop()); // so that Retry-After says the same to everybody

/** All that a client can see of a response, except its date and its request’s id. */
const seen = async (response: Response) => {
  const headers = [...response.headers].filter(([name]) => !/^(date|content-length|apigw-requestid|x-amzn.*)$/.test(name));
  const body = (await response.text()).replaceAll(/"instance":"[^"]*"/g, '');
  return JSON.stringify([response.status, headers, body]).replaceAll('\\', '');
};

/** How many pairs of doors are tried at once, each with users of its own. */
const atOnce = 6;

const forget = async () => {
  const rows = await tables.all('short-lived');
  await Promise.all(rows.map(({ key }) => tables.remove('short-lived', { key })));
};

async function proved(): Promise<SignedInUser> {
  const user = await signedInUser(gateway);
  for (const kind of ['email', 'mobile']) await tables.set('users', { id: user.id }, `${kind}_verified`, true);
  return user;
}

type Place = { readonly ada: Named; readonly bob: Named; readonly doors: readonly Door[] };

/** Users and a stranger whom no other pair of doors names at the same time. */
const place = async (): Promise<Place> => ({
  ...{ ada: await proved(), bob: await proved() },
  doors: openDoors(gateway, await signedInUser(gateway)),
});

type Pair = readonly [first: number, second: number];

/** What a stranger sees who knocks at one door about somebody, and then at another about a guess. */
async function seenAt({ doors }: Place, [first, second]: Pair, [about, guess]: readonly [Named, Named]): Promise<string[]> {
  const one = await seen(await doorAt(doors, first).knock(about));
  return [one, await seen(await doorAt(doors, second).knock(guess))];
}

/**
 * The pairs whose answers differ between one person and two. If both doors take the same kind of name, the stranger knows
 * that both are one, and the answers must not differ between a user and somebody unknown.
 */
async function leaksOf(places: readonly Place[], pairs: readonly Pair[]): Promise<string[]> {
  await forget();
  const same = await Promise.all(places.map((at, index) => seenAt(at, pairs[index] ?? [0, 0], [at.ada, at.ada])));
  await forget();
  const others = await Promise.all(
    places.map((at, index) => {
      const [first, second] = pairs[index] ?? [0, 0];
      const nobody = newUser();
      const isOneKind = doorAt(at.doors, first).names === doorAt(at.doors, second).names;
      return seenAt(at, [first, second], isOneKind ? [nobody, nobody] : [at.ada, at.bob]);
    }),
  );
  return pairs.flatMap(([first, second], index) => {
    const { doors } = places[index] ?? { doors: [] };
    if (JSON.stringify(same[index]) === JSON.stringify(others[index])) return [];
    return [`${doorAt(doors, first).name}, then ${doorAt(doors, second).name}: ${same[index]} is not ${others[index]}`];
  });
}

function doorAt(doors: readonly Door[], index: number): Door {
  const door = doors[index];
  if (!door) throw new Error('there is no such door');
  return door;
}

/** Each limit is used up by the first request, so the second shows which limit both share. */
const tight = {
  ...{ CODE_RESEND_AFTER: '60s', CODE_RATE_TARGET: '1/1h', CODE_RATE_PREFIX: '1/1h', CODE_TRIES: '1' },
  LOGIN_RATE_ACCOUNT: '1/15m',
};

it('no two open doors tell whose address or number it is, in any order', { timeout: 600_000 }, async () => {
  gateway.use(tight);
  const places = await Promise.all(Array.from({ length: atOnce }, place));
  gateway.use({ REGISTER_VERIFIED: 'either', ...tight });
  const every = [...(places[0]?.doors ?? []).keys()];
  const pairs = every.flatMap((first) => every.map((second) => [first, second] as const));
  expect(pairs.length).toBeGreaterThan(500);
  const leaks: string[] = [];
  for (let from = 0; from < pairs.length; from += atOnce) leaks.push(...(await leaksOf(places, pairs.slice(from, from + atOnce))));
  expect(leaks).toEqual([]);
});
