import type { Client } from '#lib/caller/client.ts';
import { type CodeChecking, checkCode, forgetTries, type Tried } from '#lib/codes/check-code.ts';
import type { CodeTarget, Proof } from '#lib/codes/code.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { type Identifier, identify } from '#lib/names/identifier.ts';
import { isOurFault, Problem } from '#lib/problem.ts';
import type { Opening } from '#lib/sessions/open-session.ts';
import { everybody, type Spent } from '#lib/throttle/throttle.ts';
import type { AddressStore } from '#lib/users/address-store.ts';
import { addressesOf, isVerified } from '#lib/users/addresses.ts';
import type { User } from '#lib/users/user.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import type { Login, LoginLimits } from './login.ts';
import type { LoginHooks } from './login-hooks.ts';
import type { SignInWatch } from './watch-sign-ins.ts';

/** What somebody typed to sign in without a password. */
export type CodeCredentials = {
  readonly identifier: string;
  readonly code: string;
  readonly isRemembered: boolean;
  readonly wantsCookies?: boolean | undefined;
};

type Needs<Opened> = CodeChecking & {
  readonly codes: Pick<CodeStore, 'get' | 'spend'>;
  readonly users: Pick<UserStore, 'findByIdentifier' | 'get' | 'setLastLogin'>;
  readonly addresses: Pick<AddressStore, 'verify'>;
  readonly limits: LoginLimits;
  readonly region: string;
  readonly open: (opening: Opening) => Promise<Opened>;
  readonly isLastLoginKept: boolean;
  readonly hooks: LoginHooks;
  /** Not there where nobody is told of a sign-in. */
  readonly watch?: SignInWatch | undefined;
};

/**
 * Signs somebody in by a code that was sent to one of their addresses, and marks that address as proved. Wrong, expired and spent codes,
 * unknown names and whoever may not log in get one answer (`no_active_account`). Tries are counted by target, whichever name was typed; throws
 * `throttled` where they are used up. Of any number of right answers at once one signs in.
 */
export async function loginByCode<Opened>(
  needs: Needs<Opened>,
  typed: CodeCredentials,
  { client, language }: { readonly client: Client; readonly language: Language },
): Promise<Login<Opened>> {
  const limits = needs.throttle.spend(
    { name: 'login-address', rate: needs.limits.address, subject: client.address },
    { name: 'login-global', rate: needs.limits.global, subject: everybody },
  );
  try {
    const [, { user, right, counted, devices }] = await Promise.all([limits, prove(needs, typed)]);
    if (!user || !right || !(await needs.hooks.mayEnter(user))) throw refusal(user ? 'wrong code, or not let in' : 'unknown account');
    await spend(needs, user, right, client);
    const account = right.target.kind === 'email' ? { ...user, isEmailVerified: true } : user; // as it is since the code was spent
    const notice = needs.watch?.noticeOf({ account, client, language, now: needs.now(), devices });
    const [opened] = await Promise.all([
      needs.open({ account: user, client, isRemembered: typed.isRemembered, notice }),
      forgetTries(needs, counted),
      needs.isLastLoginKept ? needs.users.setLastLogin(user.id, needs.now()) : undefined,
    ]);
    await needs.hooks.succeeded(user, client);
    return { account: user, opened };
  } catch (error) {
    if (isOurFault(error)) await limits.then((counted) => needs.throttle.giveBack(...counted)).catch(() => undefined); // the first error is the one to report
    if (error instanceof Problem && error.code === 'no_active_account') await needs.hooks.failed(typed.identifier, client);
    throw error;
  }
}

type Right = { readonly target: CodeTarget; readonly proof: Proof };
/** `counted` is what was counted of a name that is no address itself. */
type Proved = {
  readonly user: User | undefined;
  readonly right: Right | undefined;
  readonly counted: readonly Spent[];
  readonly devices: readonly string[];
};

/** An id that no user has. */
const nobody = '-';

async function prove<Opened>(needs: Needs<Opened>, { identifier: typed, code }: CodeCredentials): Promise<Proved> {
  const identifier = identify(typed, needs.region);
  const find = async () => {
    const found = identifier && (await needs.users.findByIdentifier(identifier));
    const id = found?.id ?? nobody;
    const [user, devices = []] = await Promise.all([needs.users.get(id), needs.watch?.devicesOf(id)]);
    return { user, devices };
  };
  const target = identifier && asTarget(identifier);
  if (target) {
    const [{ user, devices }, tried] = await Promise.all([find(), checkCode(needs, { purpose: 'login', target, code })]);
    return { ...judge(user, [{ target, tried }]), devices };
  }
  const name = identifier?.value ?? typed.trim().toLowerCase();
  const [{ user, devices }, counted] = await Promise.all([
    find(),
    needs.throttle.spend({ name: 'code-name-tries', rate: needs.codeTries, subject: name }),
  ]);
  const tries = await Promise.all(
    targetsOf(user, name).map(async (own) => ({ target: own, tried: await silently(needs, own, code) })), // of a name the limits of its addresses say nothing
  );
  return { ...judge(user, tries), counted, devices };
}

/** A code of an earlier epoch went with everything else of it. */
function judge(user: User | undefined, tries: readonly { readonly target: CodeTarget; readonly tried: Tried }[]): Omit<Proved, 'devices'> {
  const hit = tries.find(({ tried: { proof } }) => proof !== undefined && proof.userId === user?.id && proof.epoch === user?.tokenEpoch);
  return { user, counted: [], right: hit?.tried.proof && { target: hit.target, proof: hit.tried.proof } };
}

const asTarget = ({ kind, value }: Identifier): CodeTarget | undefined => (kind === 'username' ? undefined : { kind, value });

/** Of nobody as many as of somebody, and none that anybody has. */
function targetsOf(user: User | undefined, name: string): CodeTarget[] {
  const own = user ? addressesOf(user) : [];
  const others = [{ kind: 'email', value: name } as const, { kind: 'mobile', value: name } as const];
  return [...own, ...others.filter(({ kind }) => !own.some((each) => each.kind === kind))];
}

async function silently<Opened>(needs: Needs<Opened>, target: CodeTarget, code: string): Promise<Tried> {
  try {
    return await checkCode(needs, { purpose: 'login', target, code });
  } catch (error) {
    if (error instanceof Problem && error.code === 'throttled') return { proof: undefined, counted: [] };
    throw error;
  }
}

/** The code alone where the address is proved already; otherwise both in one write, while it is still theirs. */
async function spend<Opened>(needs: Needs<Opened>, user: User, { target, proof }: Right, { requestId: by }: Client): Promise<void> {
  const now = needs.now();
  const nowSeconds = epochSeconds(now);
  const event = { id: uuidv7(now), type: 'address_verified', userId: user.id, at: now } as const;
  const outcome = isVerified(user, target)
    ? await needs.codes.spend(proof, by, nowSeconds)
    : await needs.addresses.verify({ user, target, proof, by, nowSeconds, event });
  if (outcome === 'busy') throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'code or user are being written by others' });
  if (outcome === 'gone' || outcome === 'changed-meanwhile') throw refusal('the code was spent, or the user changed, meanwhile');
}

const refusal = (reason: string) => new Problem('no_active_account', { reason });
