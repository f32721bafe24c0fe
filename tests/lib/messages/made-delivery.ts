import { setImmediate } from 'node:timers/promises';
import type { Letter } from '#lib/messages/letter.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Sender } from '#lib/messages/sender.ts';
import { letterWriter } from '#lib/messages/write-letter.ts';
import { memoryMessageStore } from '../../stores/message-store.memory.ts';
import { madeSettings } from '../made-settings.ts';
import { noon } from './made-message.ts';

/** A worker whose sender records its letters, a store of messages, and a clock that a test can turn. */
export function madeDelivery(given: Partial<Sender> = {}) {
  const sent: Letter[] = [];
  const memory = memoryMessageStore();
  let at = noon.getTime();
  const sender: Sender = {
    knowsRepeats: false,
    send: async (letter) => {
      sent.push(letter);
      return 'sent';
    },
    ...given,
  };
  const needs = {
    store: memory.store,
    senders: { email: async () => sender, sms: async () => sender },
    write: letterWriter(madeSettings({ PASSWORD_RESET_URL: 'https://app.example.com/reset#{token}' }), {}),
    secretOf: async (ref: string) => `secret of ${ref}`,
    now: () => new Date(at),
    pause: async (_milliseconds: number): Promise<unknown> => await setImmediate(),
  };
  return {
    needs,
    sent,
    rows: memory.rows,
    write: async (message: Message) => await memory.write(message.id),
    state: (message: Message) => memory.rows.get(message.id)?.state,
    pass: (seconds: number) => {
      at += seconds * 1000;
    },
  };
}
