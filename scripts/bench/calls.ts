import { waves } from '#local/gateway/call-log.ts';
import { type Gateway, startGateway } from '#local/gateway/gateway.ts';
import { newcomer, post } from './newcomer.ts';
import type { Row } from './row.ts';

type Budget = { readonly functionName: string; readonly waves: number; readonly units: number };

/**
 * Waves of DynamoDB round trips and capacity units of each operation, through the packaged gateway. What is over is argued in
 * docs/decisions/0015. Log bytes are those of the operation's own function.
 */
const budgets: Readonly<Record<string, Budget>> = {
  // the limits in one wave, the transaction in another; 2 units an item of five, 1 an index entry of three, 2 counters
  register: { functionName: 'register', waves: 2, units: 15 },
  // 1 read, 3 counters, 1 session; the third wave, the user's row, hides behind the hash
  login: { functionName: 'login', waves: 2, units: 5 },
  // 1 write, 1 read
  refresh: { functionName: 'tokenRefresh', waves: 1, units: 2 },
  verify: { functionName: 'tokenVerify', waves: 1, units: 1.5 },
  authorizer: { functionName: 'authorizer', waves: 1, units: 1.5 },
  profile: { functionName: 'userGet', waves: 1, units: 0.5 },
};
const longestLog = 300;

export async function measureCalls(): Promise<Row[]> {
  const gateway = await startGateway({ instances: 1 });
  try {
    await story(gateway);
    gateway.gate.reset();
    gateway.gate.latency(30);
    const logged = new Map(Object.values(budgets).map(({ functionName }) => [functionName, gateway.logs(functionName).length]));
    await story(gateway);
    return Object.entries(budgets).flatMap(([operation, budget]) =>
      rowsOf(gateway, operation, budget, logged.get(budget.functionName) ?? 0),
    );
  } finally {
    await gateway.stop();
  }
}

function rowsOf(gateway: Gateway, operation: string, budget: Budget, from: number): Row[] {
  const calls = gateway.gate.calls(budget.functionName).filter(({ service }) => service === 'dynamodb');
  const units = calls.reduce((sum, { units: spent = 0 }) => sum + spent, 0);
  const bytes = gateway
    .logs(budget.functionName)
    .slice(from)
    .reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
  const row = (measure: string, figure: number, most: number, unit: string): Row => ({
    measure,
    subject: operation,
    figure: `${figure} ${unit}`,
    baseline: '–',
    ratio: '–',
    budget: `≤ ${most}`,
    isMet: figure <= most,
  });
  return [
    row('B8 waves', waves(calls), budget.waves, ''),
    row('B8 units', units, budget.units, ''),
    row('B12 log', bytes, longestLog, 'bytes'),
  ];
}

/** A new user registers, logs in, refreshes, verifies and reads themselves: each operation once. */
async function story(gateway: Gateway): Promise<void> {
  const { id, access, refresh } = await newcomer(gateway);
  await post(gateway, '/token/verify/', { token: access });
  await post(gateway, '/token/refresh/', { refresh });
  await gateway.fetch(`/users/${id}/`, { headers: { authorization: `Bearer ${access}` } });
}
