import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importKeySet, parsePublicKeys } from '#lib/keys/import-keys.ts';
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
/** The public keys of a group, or its secrets if it has no public keys. */
const jwksOf = ({ public: shown, private: kept }: Group): PublicJwk[] => {
  const keys = [(shown ?? kept) as { keys?: PublicJwk[] } & PublicJwk].flatMap((each) => each.keys ?? [each]);
  return shown || keys.every(({ kty }) => kty === 'oct') ? keys : [];
};
const keysOf = async (group: Group): Promise<KeySet> => {
  const keys = jwksOf(group);
  return await importKeySet({ keys }).catch(() => new Map());
};

/**
 * Whether a vector's signature is valid. No vector is a token of ours, so all are refused; those with a valid signature
 * are refused for their payload.
 */
const signatureHolds = async (jws: unknown, keys: KeySet) => {
  const outcome = await readToken(String(jws), { keys, rules, now: noonOfTokens, types: ['access'] });
  expect(outcome).toMatchObject({ refused: 'invalid' });
  return 'reason' in outcome && outcome.reason === 'ERR_JWT_INVALID';
};

/** Keys that jose and the standard accept, and that our own keys never are. */
const notOurKeys = ['exponentOne', 'jws_rsa_roca_key', 'invalid_use'];

/** 367 and 370 are labelled invalid for a missing padding, but equal 357, which is valid. 372 and 373 contain a `?`. */
const mislabelled = ['base64 367', 'base64 370', 'base64 372', 'base64 373'];

describe.for(['json_web_signature_test', 'json_web_crypto_test', 'json_web_key_test'])('Wycheproof’s %s', (file) => {
  const groups = groupsOf(file).filter((group) => jwksOf(group).length > 0 && !notOurKeys.includes(group.comment));
  const vectors = groups.flatMap((group) =>
    group.tests
      .filter(({ jws, tcId }) => jws !== undefined && !mislabelled.includes(`${group.comment} ${tcId}`))
      .map((vector) => [`${group.comment} ${vector.tcId} ${vector.comment}`, group, vector] as const),
  );

  test.skipIf(vectors.length === 0)('has no invalid vector whose signature is accepted', async () => {
    for (const [name, group, { jws, result }] of vectors) {
      if (result === 'invalid') expect(await signatureHolds(jws, await keysOf(group)), name).toBe(false);
    }
  });

  test.skipIf(vectors.length === 0)(
    'has no valid vector whose signature is refused, if it names its key and a supported algorithm',
    async () => {
      const sound = vectors.filter(([, group, { jws, result }]) => {
        if (result === 'invalid') return false;
        const header = JSON.parse(Buffer.from(String(jws).split('.')[0] ?? '', 'base64url').toString() || '{}');
        const [key] = jwksOf(group);
        return header.kid === key?.kid && header.alg === key?.alg && String(jws).split('.')[1] !== '';
      });
      for (const [name, group, { jws }] of sound) expect(await signatureHolds(jws, await keysOf(group)), name).toBe(true);
      expect(sound.length).toBeGreaterThan(0);
    },
  );

  test.skipIf(vectors.length === 0)('has no secret that is accepted as a published key', () => {
    for (const keys of groups.map(jwksOf)) {
      if (keys.some(({ kty }) => kty === 'oct')) expect(() => parsePublicKeys(JSON.stringify({ keys }))).toThrow('a private key');
    }
  });
});
