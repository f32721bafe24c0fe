import type { Letter } from '#lib/messages/letter.ts';
import type { Message } from '#lib/messages/message.ts';
import { letterWriter } from '#lib/messages/write-letter.ts';
import { madeSettings } from '../made-settings.ts';
import { madeMessage } from './made-message.ts';

/** A letter with a code, with changes. */
export function madeLetter(given: Partial<Message> = {}, settings: Readonly<Record<string, string>> = {}): Letter {
  return letterWriter(madeSettings({ PASSWORD_RESET_URL: 'https://app.example.com/reset#{token}', ...settings }), {})(
    madeMessage(given),
    '493817',
  );
}
