import { endless } from '#lib/caller/caller.ts';
import type { Scheme } from '#lib/http/scheme.ts';
import { randomId } from '#lib/ids.ts';
import { describeError, log } from '#lib/log.ts';
import { Problem, problems } from '#lib/problem.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import { type PasswordNeeds, withPassword } from './login.ts';

/**
 * Basic credentials (RFC 7617): any identifier and the password in the header. Each request is counted first, like a login, and given back
 * if the password is right, so a program never locks itself out. Unlike a login it keeps the count of earlier failures: otherwise a program
 * that signs in every second would let an attacker guess its password for ever.
 */
export function basic(needs: PasswordNeeds): Scheme {
  return async (text, client) => {
    const typed = readBasic(text);
    if (!typed) return { code: 'bad_authorization_header', detail: 'bad_basic_header_detail' };
    try {
      const user = await withPassword(needs, typed, client, async (verified) => {
        await giveBack(needs, verified.tries);
        return verified.user;
      });
      return { sub: user.id, jti: randomId(), roles: user.roles, epoch: user.tokenEpoch, exp: endless, isByPassword: true };
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const { code, options } = error;
      log.info('authz_refused', { reason: options.reason });
      return { code, detail: problems[code].detail, retryAfterSeconds: options.retryAfterSeconds };
    }
  };
}

/** A failure here goes to the log only: the password was right. */
async function giveBack({ throttle }: PasswordNeeds, tries: readonly Spent[]): Promise<void> {
  await throttle.giveBack(...tries).catch((error: unknown) => log.warn('count_not_given_back', describeError(error)));
}

/** Base64 with its padding, in the one spelling its bytes have. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The identifier and the password: UTF-8 without control characters, split at the first colon (RFC 7617 §2). Undefined if it is malformed. */
function readBasic(text: string): { readonly identifier: string; readonly password: string } | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (!base64.test(text) || bytes.toString('base64') !== text) return undefined;
  const decoded = bytes.toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1 || !Buffer.from(decoded).equals(bytes) || /\p{Cc}/u.test(decoded)) return undefined;
  return { identifier: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
