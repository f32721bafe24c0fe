import { describe, expect, it } from 'vitest';
import type { LetterStore } from '#lib/messages/letter-store.ts';
import { madeLetter } from '../lib/messages/made-letter.ts';
import { noon } from '../lib/messages/made-message.ts';

/** The promises of every store of kept letters. */
export function promisesOfLetterStore(name: string, make: () => Promise<LetterStore>): void {
  describe(`kept letters, ${name}`, () => {
    it('are returned unchanged, each once, newest first', async () => {
      const store = await make();
      const letters = [madeLetter(), madeLetter({ channel: 'sms', to: '+8613800138000', language: 'zh-CN' }), madeLetter()];
      const kept = letters.map((letter, index) => ({ letter, keptAt: new Date(noon.getTime() + index) }));
      for (const one of [...kept, ...kept.slice(0, 1)]) await store.keep(one);
      expect(await store.newest()).toEqual(kept.toReversed());
    });

    it('are at most a hundred', async () => {
      const store = await make();
      const all = Array.from({ length: 105 }, (_, index) => ({ letter: madeLetter(), keptAt: new Date(noon.getTime() + 1000 + index) }));
      await Promise.all(all.map((one) => store.keep(one)));
      expect((await store.newest()).map(({ letter }) => letter.id)).toEqual(
        all
          .toReversed()
          .slice(0, 100)
          .map(({ letter }) => letter.id),
      );
    });
  });
}
