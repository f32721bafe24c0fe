import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { newcomer, post } from './newcomer.ts';
import { median, type Row } from './row.ts';

const rounds = 60;
/** Three standard deviations of a rank sum: one run in four hundred is beyond by chance. */
const mostDeviations = 3;

const settings = {
  HUMAN_CHECK_CODES: 'off',
  CODE_RESEND_AFTER: '0s',
  CODE_RATE_TARGET: '100000/1d',
  CODE_RATE_ADDRESS: 'off',
  CODE_EMAIL_BUDGET: '100000',
  CODE_SMS_BUDGET: '100000',
};

/**
 * Whether the time of an answer reveals that an account exists (a rank test, Mann and Whitney's). `/codes/` and
 * `/password/forgot/` are called with known and unknown targets in turn. A pair of unknown targets beside them voids
 * the run if even they differ.
 */
export async function measureCodes(): Promise<Row[]> {
  const gateway = await startGateway({ settings, instances: 1 });
  try {
    const { email } = await somebody(gateway);
    const asks = {
      '/codes/': (to: string) => post(gateway, '/codes/', { channel: 'email', to, purpose: 'login' }),
      '/password/forgot/': (to: string) => post(gateway, '/password/forgot/', { email: to }),
    };
    const rows: Row[] = [];
    for (const [path, ask] of Object.entries(asks)) rows.push(await compare(path, ask, email));
    return rows;
  } finally {
    await gateway.stop();
  }
}

async function somebody(gateway: Gateway): Promise<{ email: string }> {
  const { id, access } = await newcomer(gateway);
  const response = await gateway.fetch(`/users/${id}/`, { headers: { authorization: `Bearer ${access}` } });
  return (await response.json()) as { email: string };
}

async function compare(path: string, ask: (to: string) => Promise<unknown>, known: string): Promise<Row> {
  const targets = { known, unknown: 'nobody@example.com', 'unknown again': 'no.one@example.com' };
  const times = { known: [] as number[], unknown: [] as number[], 'unknown again': [] as number[] };
  for (let round = -3; round < rounds; round += 1) {
    for (const name of Object.keys(targets) as (keyof typeof targets)[]) {
      const begun = performance.now();
      await ask(targets[name]);
      if (round >= 0) times[name].push(performance.now() - begun);
    }
  }
  const deviations = rankDeviations(times.known, times.unknown);
  const isVoid = Math.abs(rankDeviations(times.unknown, times['unknown again'])) > mostDeviations;
  return {
    measure: 'somebody or nobody',
    subject: path,
    figure: `${median(times.known).toFixed(1)} ms`,
    baseline: `${median(times.unknown).toFixed(1)} ms`,
    ratio: `${deviations.toFixed(1)} σ`,
    budget: `≤ ${mostDeviations} σ`,
    isMet: isVoid ? 'void' : Math.abs(deviations) <= mostDeviations,
  };
}

/** By how many standard deviations the ranks of one list among both are higher than by chance. */
function rankDeviations(one: readonly number[], other: readonly number[]): number {
  const [n, m] = [one.length, other.length];
  const sorted = [...one, ...other].toSorted((a, b) => a - b);
  const sum = one.reduce((total, value) => total + sorted.indexOf(value) + 1, 0);
  return (sum - (n * (n + m + 1)) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
