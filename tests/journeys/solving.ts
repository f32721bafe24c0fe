import { solveChallenge } from 'altcha-lib/v1';
import type { Challenge } from '#lib/human-check/altcha.ts';
import type { Gateway } from '#local/gateway/gateway.ts';
import type { Body } from './users.ts';

/** The payload that ALTCHA's widget sends for a challenge, computed by ALTCHA’s own algorithm. */
export async function solved(gateway: Pick<Gateway, 'fetch'>, from = '198.51.100.1', given?: Challenge): Promise<Body> {
  const challenge = given ?? ((await (await gateway.fetch('/challenge/', { from })).json()) as Challenge);
  const { algorithm, challenge: hash, salt, signature, maxnumber } = challenge;
  const found = await solveChallenge(hash, salt, algorithm, maxnumber).promise;
  const payload = { algorithm, challenge: hash, number: found?.number, salt, signature, took: 12.5 };
  return { altcha: Buffer.from(JSON.stringify(payload)).toString('base64') };
}
