import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importKeySet } from '#lib/keys/import-keys.ts';
import type { KeySet, PublicJwk } from '#lib/keys/key-set.ts';
import { readToken } from '#lib/tokens/read-token.ts';
import { sharedData } from '../../shared-data.ts';
import { noonOfTokens, rules } from './made-token.ts';

type Vector = { tcId: number; comment: string; jws: unknown; result: 'valid' | 'invalid'; flags: string[] };
type Group = { comment: string; public?: PublicJwk & { keys?: PublicJwk[] }; private?: { keys?: PublicJwk[] }; tests: Vector[] };

const groupsOf = (name: string): Group[] => {
  const path = sharedData(`wycheproof/${name}.json`);
  return path ? JSON.parse(readFileSync(path, 'utf8')).testGroups : [];
};
const keysOf = async ({ public: shown }: Group): Promise<KeySet> => {
  const keys = shown?.keys ?? (shown ? [shown] : []);
  return await importKeySet({ keys }).catch(() => new Map());
};

/** The vectors are no tokens of ours, so none is taken; but of those whose signature holds it is the payload that is refused. */
const signatureHolds = async (jws: unknown, keys: KeySet) => {
  const outcome = await readToken(String(jws), { keys, rules, now: noonOfTokens, types: ['access'] });
  expect(outcome).toMatchObject({ refused: 'invalid' });
  return 'reason' in outcome && outcome.reason === 'ERR_JWT_INVALID';
};

/** What jose and the standard let pass, and what our own keys are made not to be. */
const notOurKeys = ['exponentOne', 'jws_rsa_roca_key', 'invalid_use'];

describe.for(['json_web_signature_test', 'json_web_crypto_test', 'json_web_key_test'])('of Wycheproof’s %s', (file) => {
  const groups = groupsOf(file).filter(({ public: shown, comment }) => shown && !notOurKeys.includes(comment));
  const vectors = groups.flatMap((group) =>
    group.tests.map((vector) => [`${group.comment} ${vector.tcId} ${vector.comment}`, group, vector] as const),
  );

  test.skipIf(vectors.length === 0)('no signature holds that should not', async () => {
    for (const [name, group, { jws, result }] of vectors) {
      if (result === 'invalid') expect(await signatureHolds(jws, await keysOf(group)), name).toBe(false);
    }
  });

  test.skipIf(vectors.length === 0)('those hold that should, where they name their key and stand for an algorithm there is', async () => {
    const sound = vectors.filter(([, group, { jws, result }]) => {
      if (result === 'invalid') return false;
      const header = JSON.parse(Buffer.from(String(jws).split('.')[0] ?? '', 'base64url').toString() || '{}');
      const [key] = group.public?.keys ?? [group.public];
      return header.kid === key?.kid && header.alg === key?.alg && String(jws).split('.')[1] !== '';
    });
    for (const [name, group, { jws }] of sound) expect(await signatureHolds(jws, await keysOf(group)), name).toBe(true);
    expect(sound.length).toBeGreaterThan(0);
  });

  test.skipIf(vectors.length === 0)('no secret is a key that tokens are verified with', async () => {
    for (const { public: shown, private: secret } of groupsOf(file)) {
      if (shown) continue;
      const keys = secret?.keys ?? [secret as unknown as PublicJwk];
      if (keys.some(({ kty }) => kty === 'oct')) await expect(importKeySet({ keys })).rejects.toThrow('cannot be imported');
    }
  });
});
