import type { Client } from '#lib/caller/client.ts';
import { type CodeChecking, checkCode } from '#lib/codes/check-code.ts';
import type { CodeProof, CodeTarget } from '#lib/codes/code.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { HumanProof } from '#lib/human-check/human-proof.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { type Identifier, identify } from '#lib/names/identifier.ts';
import { unusablePassword } from '#lib/passwords/unusable-password.ts';
import { Problem } from '#lib/problem.ts';
import { giveBackIfBusy } from '#lib/throttle/address-limits.ts';
import type { AddressStore, Found } from '#lib/users/address-store.ts';
import { addressesOf, isProved } from '#lib/users/addresses.ts';
import { entitlementOf, waysBackOf } from '#lib/users/ownership.ts';
import { type TakenOver, type TakingOver, takeOver } from '#lib/users/take-over.ts';
import type { User } from '#lib/users/user.ts';
import { completeSignIn, followFailure, type Login, nobody, type SignInNeeds } from './complete-sign-in.ts';
import { type CountingCodes, countCode } from './count-proof.ts';
import { claimedDevice, type KnownDevices, keepsDevice } from './known-device.ts';
import type { Asker } from './login.ts';

/** What a request says to sign in without a password. */
export type CodeCredentials = {
  readonly identifier: string;
  readonly code: string;
  readonly isRemembered: boolean;
  readonly wantsCookies?: boolean | undefined;
  /** What the client kept of an earlier sign-in. */
  readonly device?: string | null | undefined;
  /** The proof of a human check, if the request has one. */
  readonly human?: HumanProof | undefined;
};

export type CodeLoginNeeds<Opened> = SignInNeeds<CodeCredentials, Opened> &
  CodeChecking &
  TakingOver &
  Pick<CountingCodes, 'checkHuman'> & {
    readonly codes: Pick<CodeStore, 'spend'>;
    readonly addresses: Pick<AddressStore, 'find' | 'verify' | 'takeOver'>;
    readonly knownDevices: KnownDevices;
  };

/**
 * Signs a user in by a code that was sent to one of their addresses, and marks that address as proved. If it is the first
 * proved address of the account, everything else on the account goes, the password too. If another address is proved, the
 * code counts as wrong (`entitlementOf`). A wrong, expired or spent code, an unknown identifier and a user who may not sign
 * in get one answer (`no_active_account`), and so does a code that has had all its tries. Throws `throttled`, and once a limit is used up
 * `human_check_required` and `human_check_failed`. Of several requests with the right code at once, one signs in.
 */
export async function loginByCode<Opened>(
  needs: CodeLoginNeeds<Opened>,
  asked: CodeCredentials,
  { client, language, cookies }: Asker,
): Promise<Login<Opened>> {
  const device = needs.knownDevices.read(claimedDevice(asked.device, cookies));
  const identifier = identify(asked.identifier, needs.region);
  const counting = countCode(needs, 'code-login', { human: asked.human, client });
  try {
    const finding = findUser(needs, identifier);
    finding.catch(() => undefined); // awaited below
    const counted = await counting; // before the digits are compared: a throttled address spends no try of the code
    const [{ found, devices }, match] = await Promise.all([finding, matchCode(needs, asked, identifier, finding)]);
    if (!found || !match) throw refusal(found ? 'wrong code' : 'unknown account');
    const { user, isFirstProof } = await enter(needs, found, match, { client, language });
    const notice = needs.watch?.noticeOf({ user, client, language, now: needs.now(), devices });
    const [opened, text] = await Promise.all([
      completeSignIn(needs, { user, client, notice }, asked),
      needs.knownDevices.textFor(user, device),
      giveBackIfBusy(needs.throttle, counted),
    ]);
    await needs.hooks.succeeded(user, client);
    return { user, opened, isFirstProof, device: keepsDevice(asked) ? text : undefined };
  } catch (error) {
    await followFailure(needs, error, { identifier: asked.identifier, counting, client });
    throw error;
  }
}

type Finding = { readonly found: Found | undefined; readonly devices: readonly string[] };

/** The user with the ways back, and the devices that the user is known by. An unknown identifier costs the same reads. */
async function findUser<Opened>(needs: CodeLoginNeeds<Opened>, identifier: Identifier | undefined): Promise<Finding> {
  const { users, addresses, watch } = needs;
  const account = identifier && (await users.findByIdentifier(identifier));
  const id = account?.id ?? nobody;
  const [found, devices = []] = await Promise.all([addresses.find(id), watch?.devicesOf(id)]);
  return { found, devices };
}

/** An address whose code is the one that was typed, and the proof that the code is spent with. */
type Match = { readonly target: CodeTarget; readonly proof: CodeProof };

/** Compares the code with the one of the address that was typed, or, for another identifier, with those of the user's addresses. */
async function matchCode<Opened>(
  needs: CodeLoginNeeds<Opened>,
  { identifier: typed, code }: CodeCredentials,
  identifier: Identifier | undefined,
  finding: Promise<Pick<Finding, 'found'>>,
): Promise<Match | undefined> {
  if (identifier && identifier.kind !== 'username') {
    const target = { kind: identifier.kind, value: identifier.value };
    const [{ found }, proof] = await Promise.all([finding, checkCode(needs, { purpose: 'login', target, code })]);
    return ownMatch(found?.user, { target, proof });
  }
  const name = identifier?.value ?? typed.trim().toLowerCase();
  const user = (await finding).found?.user;
  const matches = await Promise.all(
    targetsOf(user, name).map(async (target) =>
      ownMatch(user, { target, proof: await checkCode(needs, { purpose: 'login', target, code }) }),
    ),
  );
  return matches.find((match) => match !== undefined);
}

/** The match if the code is this user's and of the current epoch: an earlier epoch's codes ended with its sessions. */
function ownMatch(user: User | undefined, { target, proof }: { target: CodeTarget; proof: CodeProof | undefined }): Match | undefined {
  return user && proof?.userId === user.id && proof.epoch === user.tokenEpoch ? { target, proof } : undefined;
}

/** The user's addresses, or as many that no user has, so that an unknown name costs the same reads. */
function targetsOf(user: User | undefined, name: string): CodeTarget[] {
  const own = user ? addressesOf(user) : [];
  const others = [{ kind: 'email', value: name } as const, { kind: 'mobile', value: name } as const];
  return [...own, ...others.filter(({ kind }) => !own.some((each) => each.kind === kind))];
}

type Entering = { readonly client: Client; readonly language: Language };

/** How many times the user is read again after another change. Somebody who changes the account all the time keeps its owner out no other way. */
const turns = 5;

/** The user as stored once the code is spent, and whether it was the first proof of the account. */
async function enter<Opened>(needs: CodeLoginNeeds<Opened>, first: Found, match: Match, asker: Entering) {
  let found: Found | undefined = first;
  for (let turn = 0; turn < turns && found; turn += 1) {
    const { user, undos } = found;
    const { effect } = entitlementOf({ user, undos: waysBackOf(undos, epochSeconds(needs.now())) }, 'sign-in', match.target);
    if (!ownMatch(user, match) || effect === 'nothing' || !(await needs.hooks.mayEnter(user))) throw refusal('not let in');
    const isFirstProof = effect === 'takes over';
    const outcome = isFirstProof
      ? await takeOver(needs, { found, ...match, password: unusablePassword(), ...asker })
      : await spend(needs, user, match, asker.client);
    if (typeof outcome === 'object') return { user: outcome.user, isFirstProof };
    if (outcome === 'gone') throw refusal('the code was spent meanwhile');
    found = await needs.addresses.find(user.id);
  }
  if (!found) throw refusal('the user was deleted meanwhile');
  throw new Problem('unavailable', { retryAfterSeconds: 1, reason: 'code or user are being written by others' });
}

/**
 * Spends the code. Unless the person proved the address before, the same write marks it, if the user still has it. Returns the
 * user as stored then, or why not.
 */
async function spend<Opened>(
  needs: CodeLoginNeeds<Opened>,
  user: User,
  { target, proof }: Match,
  { requestId: by }: Client,
): Promise<TakenOver> {
  const now = needs.now();
  const nowSeconds = epochSeconds(now);
  const event = { id: uuidv7(now), type: 'address_verified', userId: user.id, at: now, fields: [target.kind] } as const;
  const outcome = isProved(user, target)
    ? await needs.codes.spend(proof, by, nowSeconds)
    : await needs.addresses.verify({ user, target, proof, by, nowSeconds, event });
  if (outcome !== 'spent' && outcome !== 'done') return outcome;
  return { user: target.kind === 'email' ? { ...user, isEmailVerified: true } : { ...user, isMobileVerified: true } };
}

const refusal = (reason: string) => new Problem('no_active_account', { reason });
