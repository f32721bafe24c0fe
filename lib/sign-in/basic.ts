import { endless } from '#lib/caller/caller.ts';
import type { Scheme } from '#lib/http/scheme.ts';
import { randomId } from '#lib/ids.ts';
import { describeError, log } from '#lib/log.ts';
import { Problem, problems } from '#lib/problem.ts';
import type { Spent } from '#lib/throttle/throttle.ts';
import { withProof } from './login.ts';

type Needs = Parameters<typeof withProof>[0];

/**
 * User name and password in the header (RFC 7617), any identifier for the user name. Each request is a try that is counted first, like a
 * login, and given back when it was right: what works is never locked out by itself. It does not forget the wrong ones before it, as a login
 * does, or a program that signs in every second would let somebody else guess at its password for ever.
 */
export function basic(needs: Needs): Scheme {
  return async (text, client) => {
    const typed = readBasic(text);
    if (!typed) return { code: 'bad_authorization_header', detail: 'bad_basic_header_detail' };
    try {
      const user = await withProof(needs, typed, client, async (proved, tries) => {
        await giveBack(needs, tries);
        return proved;
      });
      return { sub: user.id, jti: randomId(), roles: user.roles, exp: endless, isByPassword: true };
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const { code, options } = error;
      log.info('authz_refused', { reason: options.reason });
      return { code, detail: problems[code].detail, retryAfterSeconds: options.retryAfterSeconds };
    }
  };
}

/** Somebody who proved who they are is let in even where that fails. */
async function giveBack({ throttle }: Needs, tries: readonly Spent[]): Promise<void> {
  await throttle.giveBack(...tries).catch((error: unknown) => log.warn('count_not_given_back', describeError(error)));
}

/** Base64 with its padding, in the one spelling its bytes have. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What was typed: UTF-8 without control characters, the first colon between the two (RFC 7617 §2). Undefined where it is not that. */
function readBasic(text: string): { readonly identifier: string; readonly password: string } | undefined {
  const bytes = Buffer.from(text, 'base64');
  if (!base64.test(text) || bytes.toString('base64') !== text) return undefined;
  const decoded = bytes.toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 1 || !Buffer.from(decoded).equals(bytes) || /\p{Cc}/u.test(decoded)) return undefined;
  return { identifier: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
