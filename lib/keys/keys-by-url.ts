import { describeError, log } from '#lib/log.ts';
import { Problem } from '#lib/problem.ts';
import { publicKeyIn } from '#lib/public-key.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { algorithmOf } from './algorithm-of.ts';
import { importKey } from './import-keys.ts';
import type { KeySet, PublicJwk, VerificationKey } from './key-set.ts';

/** The largest key set that is read, enough for some hundred keys. */
const mostBytes = 64 * 1024;
const patienceMs = 2000;
/** The least time between two requests, and how long keys are used while JWK_URL does not answer. */
const [coolDownSeconds, longestSeconds] = [30, 3600];

/**
 * Makes the function that finds a key at JWK_URL by its `kid`; undefined if JWK_URL is empty. The keys are loaded when
 * a token first needs one, and again when they are KEY_CACHE old or a `kid` is unknown, at most once in 30 seconds.
 * Throws `unavailable` if the key is not known and JWK_URL did not answer: the token is not accepted, but it is not
 * called invalid either.
 */
export function keysByUrl(
  { JWK_URL: url, KEY_CACHE: keptSeconds }: Pick<Settings, 'JWK_URL' | 'KEY_CACHE'>,
  now: () => number,
): ((kid: string) => Promise<VerificationKey | undefined>) | undefined {
  let kept: { readonly keys: KeySet; readonly at: number } = { keys: new Map(), at: Number.NEGATIVE_INFINITY };
  let askedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  let asking: Promise<void> | undefined;

  const ask = async () => {
    try {
      kept = { keys: await load(url), at: now() };
      hasFailed = false;
    } catch (error) {
      log.warn('jwk_url_failed', describeError(error));
      hasFailed = true;
    } finally {
      askedAt = now();
      asking = undefined;
    }
  };
  const isOlder = (at: number, seconds: number) => now() - at > seconds * 1000;

  if (!url) return undefined;
  return async (kid) => {
    const isDue = isOlder(kept.at, keptSeconds) || !kept.keys.has(kid);
    if (isDue && isOlder(askedAt, Math.min(coolDownSeconds, keptSeconds))) asking ??= ask();
    await asking;
    const key = isOlder(kept.at, longestSeconds) ? undefined : kept.keys.get(kid);
    if (!key && hasFailed) throw new Problem('unavailable', { retryAfterSeconds: coolDownSeconds, reason: 'JWK_URL does not answer' });
    return key;
  };
}

/** Follows no redirect, so that keys come only from the URL in the settings. */
async function load(url: string): Promise<KeySet> {
  const signal = AbortSignal.timeout(patienceMs);
  const answer = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
  if (answer.status !== 200) throw new Error(`JWK_URL answers ${answer.status}`);
  const { keys } = JSON.parse(await textOf(answer)) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('JWK_URL has no key set');
  const imported = await Promise.all(keys.map((jwk) => importedOrNot(jwk as PublicJwk)));
  return new Map(imported.flatMap((key) => (key ? [[key.kid, key]] : [])));
}

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) throw new Error(`JWK_URL answers with more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** The set may hold keys for other uses or of unsupported kinds: they are left out. */
async function importedOrNot(jwk: PublicJwk): Promise<VerificationKey | undefined> {
  if (typeof jwk?.kid !== 'string' || (jwk.use ?? 'sig') !== 'sig') return undefined;
  const plain = publicKeyIn(JSON.stringify(jwk));
  const alg = jwk.alg ?? algorithmOf(jwk);
  if (!plain || !/^([ERP]S(256|384|512)|EdDSA)$/.test(alg)) return undefined;
  return await importKey({ ...plain, kid: jwk.kid, alg } as PublicJwk, 'JWK_URL').catch(() => undefined);
}
