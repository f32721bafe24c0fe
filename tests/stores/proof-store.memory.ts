import { epochSeconds } from '#lib/duration.ts';
import type { KeptAnswer, ProofStore } from '#lib/human-check/proof-store.ts';
import { travel } from './memory-tables.ts';

type Row = Partial<KeptAnswer> & { readonly spentBy?: string };

/** Human checks in a map. */
export function memoryProofStore(rows = new Map<string, Row>()): ProofStore {
  return {
    async keepAnswer(kept) {
      await travel();
      rows.set(`captcha#${kept.id}`, kept);
    },

    async spendAnswer(id, { requestId, now }) {
      await travel();
      const row = rows.get(`captcha#${id}`);
      if (!row || (row.expiresAt ?? 0) <= epochSeconds(now) || (row.spentBy ?? requestId) !== requestId) return undefined;
      rows.set(`captcha#${id}`, { ...row, spentBy: requestId });
      return row.answer;
    },

    async spendSolution({ signature }, { requestId }) {
      await travel();
      const row = rows.get(`challenge#${signature}`);
      if (row && row.spentBy !== requestId) return 'spent-before';
      rows.set(`challenge#${signature}`, { spentBy: requestId });
      return 'spent';
    },
  };
}
