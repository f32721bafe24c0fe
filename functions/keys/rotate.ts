import { now } from '#lib/clock.ts';
import { newSigningKey } from '#lib/keys/new-key.ts';
import { rotateKeys } from '#lib/keys/rotate-keys.ts';
import { rotationRules } from '#lib/keys/rotation-rules.ts';
import { ssmRotationStore } from '#lib/keys/rotation-store.ssm.ts';
import { log } from '#lib/log.ts';
import { readSettings } from '#lib/settings/parse.ts';

const settings = readSettings();
const needs = {
  store: ssmRotationStore(settings),
  rules: rotationRules(settings),
  makeKey: () => newSigningKey(settings.ALGORITHM),
  now,
};

export async function handler(): Promise<void> {
  const rotation = await rotateKeys(needs);
  if (rotation === 'busy') return log.warn('keys_rotation_busy');
  const { done, ring } = rotation;
  log.info('keys_rotated', { steps: done.map(({ does }) => does).join(), current: ring.current.kid, next: ring.next?.kid });
}
