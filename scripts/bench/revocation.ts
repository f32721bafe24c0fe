import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { newcomer } from './newcomer.ts';
import type { Row } from './row.ts';

const requests = 10;

/** Ten locked requests with one token, as in docs/tokens.md: how often the authorizer runs, and what it reads. */
const choices = [
  { subject: 'strict', settings: {}, invocations: 10, units: 30 },
  { subject: 'strict, cached', settings: { AUTHORIZER_CACHE: '60s' }, invocations: 1, units: 3 },
  { subject: 'lazy', settings: { REVOCATION_CHECK: 'lazy' }, invocations: 10, units: 0 },
  { subject: 'lazy, cached', settings: { REVOCATION_CHECK: 'lazy', AUTHORIZER_CACHE: '60s' }, invocations: 1, units: 0 },
];

export async function measureRevocation(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { subject, settings, ...budget } of choices) {
    const gateway = await startGateway({ settings, instances: 1 });
    try {
      const { invocations, units } = await locked(gateway);
      rows.push(row('10 locked', `${subject}: runs`, invocations, budget.invocations));
      rows.push(row('10 locked', `${subject}: units`, units, budget.units));
    } finally {
      await gateway.stop();
    }
  }
  return rows;
}

async function locked(gateway: Gateway): Promise<{ invocations: number; units: number }> {
  const { id, access } = await newcomer(gateway);
  for (let request = 0; request < requests; request += 1) {
    const { status } = await gateway.fetch(`/users/${id}/`, { headers: { authorization: `Bearer ${access}` } });
    if (status !== 200) throw new Error(`a locked request was answered ${status}`);
  }
  const units = gateway.gate.calls('authorizer').reduce((sum, { units: spent = 0 }) => sum + spent, 0);
  return { invocations: gateway.invocations('authorizer'), units };
}

const row = (measure: string, subject: string, figure: number, most: number): Row => ({
  measure,
  subject,
  figure: `${figure}`,
  baseline: '–',
  ratio: '–',
  budget: `≤ ${most}`,
  isMet: figure <= most,
});
