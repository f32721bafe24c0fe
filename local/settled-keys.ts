import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { JWK } from 'jose';
import { parameter } from '#lib/aws/parameter.ts';
import { readKeyRing, rotateKeys } from '#lib/keys/rotate-keys.ts';
import { rotationRules } from '#lib/keys/rotation-rules.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { givenDjangoKey, givenSigningKey, keyFrom } from './given-key.ts';
import { createStageKeys } from './stage-keys.ts';

/**
 * Gives a stage on this machine the keys of its settings, or new ones. The key of SIGNING_KEY signs at once, and
 * earlier keys stay known. Throws a Refusal if one of them cannot be used.
 */
export async function settleKeys(settings: Settings, path: string, ssm: SSMClient): Promise<'created' | 'existed'> {
  const { ALGORITHM: algorithm, SIGNING_KEY, DJANGO_ALGORITHM, DJANGO_SIGNING_KEY } = settings;
  const given = SIGNING_KEY ? await keyFrom('SIGNING_KEY', givenSigningKey(SIGNING_KEY, algorithm)) : undefined;
  const django = DJANGO_SIGNING_KEY && (await keyFrom('DJANGO_SIGNING_KEY', givenDjangoKey(DJANGO_SIGNING_KEY, DJANGO_ALGORITHM)));
  const outcome = await createStageKeys({ path, algorithm, ssm, ...(given && { signingKey: given }) });
  if (given && !isSame(await parameter(ssm, `${path}/signing-key`), given)) {
    const store = ssmRotationStore({ ...settings, HONOUR_HS_TOKENS: true, KEYS_PATH: path }, ssm);
    const { next } = await readKeyRing(store);
    const needs = { store, rules: rotationRules(settings), makeKey: async () => given, now: () => new Date() };
    await rotateKeys(needs, { now: true, ...(next && { remove: [next.kid] }) });
  }
  if (django) {
    await ssm.send(new PutParameterCommand({ Name: `${path}/django-signing-key`, Value: django, Type: 'SecureString', Overwrite: true }));
  }
  return outcome;
}

function isSame(stored: string, given: string): boolean {
  const [{ d, k }, other] = [stored, given].map((text) => JSON.parse(text) as JWK) as [JWK, JWK];
  return d === other.d && k === other.k;
}
