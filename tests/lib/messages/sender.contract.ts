import { afterEach, describe, expect, it } from 'vitest';
import type { Letter } from '#lib/messages/letter.ts';
import type { Channel } from '#lib/messages/message.ts';
import type { Sender } from '#lib/messages/sender.ts';
import { madeLetter } from './made-letter.ts';

/** How a carrier behaves: it accepts letters, is busy, refuses them, does not answer, or is not there. */
export type Behaviour = 'takes' | 'busy' | 'refuses' | 'silent' | 'gone';
/** A letter that the carrier received. */
type Arrived = { readonly to: string; readonly text: string };
export type Bench = { readonly sender: Sender; readonly arrived: () => readonly Arrived[]; readonly stop: () => Promise<unknown> };

const address = { email: 'ann@example.com', sms: '+8613800138000' };
const noAddresses: readonly string[] = [
  'ann@example.com\r\nBcc: eve@example.com',
  'ann@example.com, eve@example.com',
  'Ann <ann@example.com>',
  '+8613800138000,+8613800138001',
  '10086',
  '',
];

const all: readonly Behaviour[] = ['takes', 'busy', 'refuses', 'silent', 'gone'];

/** The promises of every sender; `possible` is how its carrier can behave. */
export function promisesOfSender(
  name: string,
  channel: Channel,
  start: (behaviour: Behaviour) => Promise<Bench>,
  possible: readonly Behaviour[] = all,
): void {
  describe(`the sender ${name}`, () => {
    const stops: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });
    const bench = async (behaviour: Behaviour) => {
      const made = await start(behaviour);
      stops.push(made.stop);
      return made;
    };
    const on = (behaviour: Behaviour) => (possible.includes(behaviour) ? it : () => undefined);
    const letter = (given: Partial<Letter> = {}): Letter => ({ ...madeLetter({ channel, to: address[channel] }), ...given }) as Letter;
    const outcome = async (sender: Sender, given?: Partial<Letter>) => {
      const found = await sender.send(letter(given)).catch((error: Error) => ({ thrown: `${error.name}: ${error.message}` }));
      expect(JSON.stringify(found)).not.toMatch(/example\.com|13800138000|493817/);
      return found;
    };

    it('sends a letter unchanged and once', async () => {
      const { sender, arrived } = await bench('takes');
      expect(await outcome(sender)).toBe('sent');
      expect(arrived()).toEqual([{ to: address[channel], text: letter().text }]);
    });

    it('sends Chinese text, too', async () => {
      const { sender, arrived } = await bench('takes');
      const { text } = madeLetter({ channel, to: address[channel], language: 'zh-CN' });
      expect(await outcome(sender, { text })).toBe('sent');
      expect(arrived().map((each) => each.text)).toEqual([text]);
    });

    it('accepts exactly one address', async () => {
      const { sender, arrived } = await bench('takes');
      const others = channel === 'email' ? noAddresses : [...noAddresses, address.email];
      for (const to of others) expect(await outcome(sender, { to }), to).toEqual({ refused: expect.any(String) });
      expect(arrived()).toEqual([]);
    });

    on('busy')('throws TryAgain if the carrier is busy', async () => {
      const { sender } = await bench('busy');
      expect(await outcome(sender)).toEqual({ thrown: expect.stringMatching(/^TryAgain: /) });
    });

    on('gone')('throws TryAgain if the carrier is not there', async () => {
      const { sender } = await bench('gone');
      expect(await outcome(sender)).toEqual({ thrown: expect.stringMatching(/^TryAgain: /) });
    });

    on('refuses')('says that a letter is refused, and why', async () => {
      const { sender } = await bench('refuses');
      expect(await outcome(sender)).toEqual({ refused: expect.stringMatching(/\w/) });
    });

    on('silent')('says that it is unsure if the carrier does not answer, or throws TryAgain if it recognises repeats', async () => {
      const { sender } = await bench('silent');
      expect(await outcome(sender)).toEqual(
        sender.knowsRepeats ? { thrown: expect.stringMatching(/^TryAgain: /) } : { unsure: expect.any(String) },
      );
    });
  });
}
