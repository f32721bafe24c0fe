import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { showProgress } from '../terminal/progress.ts';
import { newcomer } from './newcomer.ts';
import { median, type Row } from './row.ts';

const rounds = 1000;
/** Three standard deviations of a rank sum: one comparison in four hundred is beyond by chance. */
const mostDeviations = 3;

const often = '1000000/1d';
/** No limit refuses, no check is wanted, and the cheapest hash hides the least. */
const settings = {
  ...{ HUMAN_CHECK_CODES: 'off', HUMAN_CHECK_REGISTER: 'off', HUMAN_CHECK_LOGIN: 'off', REGISTER_VERIFIED: 'email', BCRYPT_ROUNDS: '4' },
  ...{ LOGIN_RATE_ACCOUNT: often, LOGIN_RATE_ADDRESS: often, LOGIN_RATE_GLOBAL: often, REGISTER_RATE_ADDRESS: often },
  ...{
    CODE_RESEND_AFTER: '0s',
    CODE_RATE_TARGET: often,
    CODE_RATE_ADDRESS: often,
    CODE_EMAIL_BUDGET: '10000000',
    NOTICES: '',
    CODE_FIXED: '123456',
  },
};

type Ask = (email: string) => Promise<Response>;

/**
 * Whether the time of an answer tells that an account exists: a rank test (Mann and Whitney's) of requests that name a known
 * and an unknown address in turn. A second unknown address beside them voids the comparison if even the two unknown ones differ.
 */
export async function measureExistence(): Promise<Row[]> {
  const gateway = await startGateway({ stage: 'local', settings, instances: 1 });
  try {
    const rows: Row[] = [];
    const known = `known-${Date.now()}@example.com`;
    const doors = await doorsOf(gateway, known);
    const progress = showProgress('pairs', rounds * Object.keys(doors).length);
    for (const [name, ask] of Object.entries(doors)) rows.push(await compare(name, ask, known, () => progress.advance()));
    progress.end();
    return rows;
  } finally {
    await gateway.stop();
  }
}

async function doorsOf(gateway: Gateway, known: string): Promise<Readonly<Record<string, Ask>>> {
  const send = (path: string, body: object, headers: object = {}) =>
    gateway.fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const join = async (email: string) => {
    await send('/codes/', { channel: 'email', to: email, purpose: 'register' });
    return await newcomer(gateway, { email, code: settings.CODE_FIXED });
  };
  await join(known);
  const caller = await join('caller@example.com');
  const [password, code] = ['not the right sentence', '000000'];
  const fresh = { username: 'some.body', name: 'Bench', password, password_confirmation: password };
  return {
    '/login/': (email) => send('/login/', { email, password }),
    '/login/code/': (email) => send('/login/code/', { email, code }),
    '/codes/': (to) => send('/codes/', { channel: 'email', to, purpose: 'login' }),
    '/password/forgot/': (email) => send('/password/forgot/', { email }),
    '/password/reset/': (email) => send('/password/reset/', { email, code, password, password_confirmation: password }),
    '/register/': (email) => send('/register/', { ...fresh, email, code }),
    '/users/{id}/email/': (email) =>
      send(`/users/${caller.id}/email/`, { email, password: caller.password }, { authorization: `Bearer ${caller.access}` }),
  };
}

async function compare(name: string, ask: Ask, known: string, advance: () => void): Promise<Row> {
  const targets = { known, unknown: 'nobody@example.com', again: 'no.one@example.com' };
  const times = { known: [] as number[], unknown: [] as number[], again: [] as number[] };
  const statuses = new Set<number>();
  for (let round = -5; round < rounds; round += 1) {
    for (const target of shuffled(Object.keys(targets) as (keyof typeof targets)[])) {
      const begun = performance.now();
      const response = await ask(targets[target]);
      await response.arrayBuffer();
      if (round >= 0) times[target].push(performance.now() - begun);
      statuses.add(response.status);
    }
    if (round >= 0) advance();
  }
  if (statuses.size > 1) throw new Error(`${name} answered ${[...statuses].join(' and ')}`);
  const deviations = rankDeviations(times.known, times.unknown);
  const apart = rankDeviations(times.again, times.unknown);
  return {
    measure: 'known or unknown',
    subject: `${name} (${[...statuses].join()})`,
    figure: `${median(times.known).toFixed(2)} ms`,
    baseline: `${median(times.unknown).toFixed(2)} ms`,
    ratio: `${deviations.toFixed(1)} σ (A/A ${apart.toFixed(1)} σ)`,
    budget: `≤ ${mostDeviations} σ`,
    isMet: Math.abs(apart) > mostDeviations ? 'void' : Math.abs(deviations) <= mostDeviations,
  };
}

/** Each order of three comes equally often, so none of them always follows the same one. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** By how many standard deviations the ranks of one list among both are higher than by chance. */
function rankDeviations(one: readonly number[], other: readonly number[]): number {
  const [n, m] = [one.length, other.length];
  const sorted = [...one, ...other].toSorted((a, b) => a - b);
  const ranks = new Map(sorted.map((value, index) => [value, index + 1]));
  const sum = one.reduce((total, value) => total + (ranks.get(value) ?? 0), 0);
  return (sum - (n * (n + m + 1)) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
