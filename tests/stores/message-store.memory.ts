import type { End, MessageStore } from '#lib/messages/message-store.ts';
import { travel } from './memory-tables.ts';

type Row = { state: 'waiting' | 'sending' | End; by?: string; until?: number; claims: number };

/** The states of messages in a map; only messages that were written have a row. */
export function memoryMessageStore(rows = new Map<string, Row>()) {
  const store: MessageStore = {
    async claim({ id, by, now, until }) {
      await travel();
      const row = rows.get(id);
      const isLeft = row?.state === 'sending' && (row.until ?? 0) <= now.getTime();
      if (!row || (row.state !== 'waiting' && row.state !== 'sending')) return 'settled';
      if (row.state === 'sending' && !isLeft) return 'held';
      Object.assign(row, { state: 'sending', by, until: until.getTime(), claims: row.claims + 1 });
      return row.claims === 1 ? 'claimed' : 'claimed-again';
    },
    async release({ id, by }) {
      await travel();
      const row = rows.get(id);
      if (row?.state === 'sending' && row.by === by) rows.set(id, { state: 'waiting', claims: row.claims - 1 });
    },
    async settle({ id, by }, end) {
      await travel();
      const row = rows.get(id);
      if (row?.by !== by) return 'lost';
      row.state = end;
      return 'settled';
    },
  };
  return { store, write: async (id: string) => void rows.set(id, { state: 'waiting', claims: 0 }), rows };
}
