import { checkingRules } from '#lib/codes/code-rules.ts';
import type { CodeStore } from '#lib/codes/code-store.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { humanCheckOf, humanCheckWhenFull } from '#lib/human-check/human-check-of.ts';
import type { ProofStore } from '#lib/human-check/proof-store.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import type { EventStore } from '#lib/outbox/event-store.ts';
import { passwords } from '#lib/passwords/passwords.ts';
import { sessionRules } from '#lib/sessions/session-rules.ts';
import type { SessionStore } from '#lib/sessions/session-store.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import type { CounterStore } from '#lib/throttle/counter-store.ts';
import { throttle } from '#lib/throttle/throttle.ts';
import type { AddressStore } from '#lib/users/address-store.ts';
import type { Attributes } from '#lib/users/attributes.ts';
import { noticesOf } from '#lib/users/notice.ts';
import type { UserStore } from '#lib/users/user-store.ts';
import type { SignInNeeds } from './complete-sign-in.ts';
import type { Credentials } from './credentials.ts';
import { type KnownDevices, knownDevices } from './known-device.ts';
import type { LoginNeeds, PasswordNeeds } from './login.ts';
import type { CodeCredentials, CodeLoginNeeds } from './login-by-code.ts';
import { loginHooks } from './login-hooks.ts';
import { loginLimits } from './login-limits.ts';
import { watchFailures } from './watch-failures.ts';
import { watchSignIns } from './watch-sign-ins.ts';

type TryAdapters<Users> = {
  readonly users: Users;
  readonly events: EventStore;
  readonly counters: CounterStore;
  readonly lookupSecret: ReadLookupSecrets;
  readonly now: () => Date;
};

/** What every sign-in reads and writes, whichever function it is in. A new store of sign-ins is added here and in `signInNeeds`. */
type SignInAdapters = TryAdapters<Pick<UserStore, 'findByIdentifier' | 'get' | 'setLastLogin' | 'upgradePassword'>> & {
  /** The sessions in which notices of new devices look; undefined if the function sends no notices. */
  readonly sessions?: Pick<SessionStore, 'list'> | undefined;
};

type Wiring<Adapters, Asked, Opened> = {
  readonly settings: Settings;
  readonly hooks: Hooks;
  readonly adapters: Adapters;
  readonly open: SignInNeeds<Asked, Opened>['open'];
};

// An object names its own keys first and spreads another last: then the compiler refuses a key that both have.

/** What `login` needs. */
export function loginNeeds<Opened, Asked extends Credentials = Credentials>(
  wiring: Wiring<SignInAdapters & { readonly proofs: ProofStore }, Asked, Opened>,
): LoginNeeds<Asked, Opened> {
  const { settings, adapters } = wiring;
  const { proofs, lookupSecret, now } = adapters;
  const shared = signInNeeds(wiring);
  const checkHuman = humanCheckOf(settings, 'HUMAN_CHECK_LOGIN', { proofs, throttle: shared.throttle, lookupSecret, now });
  return { passwords: passwords(settings), checkHuman, knownDevices: devicesKnown(settings, adapters), ...shared };
}

/** What `loginByCode` needs. */
export function codeLoginNeeds<Opened>(
  wiring: Wiring<
    SignInAdapters & {
      readonly codes: Pick<CodeStore, 'tryDigits' | 'spend'>;
      readonly addresses: Pick<AddressStore, 'find' | 'verify' | 'takeOver'>;
      readonly sessions: SessionStore;
      readonly declared: Attributes;
      readonly proofs: ProofStore;
    },
    CodeCredentials,
    Opened
  >,
): CodeLoginNeeds<Opened> {
  const { settings, adapters } = wiring;
  const { codes, addresses, sessions, declared, proofs, lookupSecret, now } = adapters;
  const shared = signInNeeds(wiring);
  const { rules, lifetimes } = sessionRules(settings);
  const taking = { sessions, declared, rules, lifetimes, notices: noticesOf(settings) };
  return {
    codes,
    addresses,
    lookupSecret,
    ...checkingRules(settings),
    knownDevices: devicesKnown(settings, adapters),
    checkHuman: humanCheckWhenFull(settings, 'HUMAN_CHECK_LOGIN', { proofs, throttle: shared.throttle, lookupSecret, now }),
    ...taking,
    ...shared,
  };
}

/** What `basic` needs. */
export function basicNeeds(
  settings: Settings,
  hooks: Hooks,
  adapters: TryAdapters<Pick<UserStore, 'findByIdentifier' | 'get'>>,
): PasswordNeeds {
  const { limits, ...needs } = tryNeeds(settings, hooks, adapters);
  return { passwords: passwords(settings), limits: { ...limits, ceiling: 1 }, ...needs }; // a header carries no human check
}

function devicesKnown(settings: Settings, { lookupSecret, now }: Pick<TryAdapters<unknown>, 'lookupSecret' | 'now'>): KnownDevices {
  return knownDevices({ lookupSecret, deviceSeconds: settings.KNOWN_DEVICE_LIFETIME, now });
}

function signInNeeds<Asked, Opened>({ settings, hooks, adapters, open }: Wiring<SignInAdapters, Asked, Opened>) {
  const { sessions, now } = adapters;
  const watch = sessions && watchSignIns(settings, sessions);
  return { open, watch, isLastLoginKept: settings.UPDATE_LAST_LOGIN, now, ...tryNeeds(settings, hooks, adapters) };
}

function tryNeeds<Users extends Pick<UserStore, 'findByIdentifier'>>(
  settings: Settings,
  hooks: Hooks,
  { users, events, counters, lookupSecret, now }: TryAdapters<Users>,
) {
  const recorded = { users, events, lookupSecret, region: settings.DEFAULT_REGION, stage: settings.STAGE, now };
  return {
    users,
    recordFailure: watchFailures(recorded),
    throttle: throttle({ counters, lookupSecret, now }),
    limits: loginLimits(settings),
    region: settings.DEFAULT_REGION,
    hooks: loginHooks(settings, hooks),
  };
}
