import type { Client } from '#lib/caller/client.ts';
import { fill } from '#lib/hooks/fields.ts';
import { type Hooks, shownToHooks } from '#lib/hooks/hooks.ts';
import type { KeyStore } from '#lib/keys/key-store.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { personalClaims } from '#lib/tokens/personal.ts';
import type { User } from '#lib/users/user.ts';
import { sessionRules } from './session-rules.ts';
import type { SessionStore } from './session-store.ts';
import { slidingRules } from './sliding-rules.ts';

type Answers = 'LOGIN_ANSWER' | 'TOKEN_OBTAIN_SERIALIZER' | 'SLIDING_TOKEN_OBTAIN_SERIALIZER';

type Adapters = {
  readonly sessions: Pick<SessionStore, 'add'>;
  readonly keys: Pick<KeyStore, 'signingKey'>;
  readonly now: () => Date;
};

/** What `sessionOpener` needs; `answer` is the hook that adds fields. Throws SettingsError if the hooks are not usable. */
export function openingNeeds(settings: Settings, hooks: Hooks, answer: Answers, { sessions, keys, now }: Adapters) {
  const { rules, accessSeconds, lifetimes } = sessionRules(settings);
  return { sessions, signingKey: keys.signingKey, now, rules, accessSeconds, lifetimes, ...openingHooks(settings, hooks, answer) };
}

/** What `slidingSessionOpener` needs. Throws SettingsError if the hooks are not usable. */
export function slidingOpeningNeeds(settings: Settings, hooks: Hooks, { sessions, keys, now }: Adapters) {
  const { personal, addition } = openingHooks(settings, hooks, 'SLIDING_TOKEN_OBTAIN_SERIALIZER');
  return { sessions, signingKey: keys.signingKey, now, personal, addition, ...slidingRules(settings) };
}

/** What hooks.ts adds to the tokens and to the answer of a sign-in. Throws SettingsError if the hooks are not usable. */
export function openingHooks(settings: Settings, hooks: Hooks, answer: Answers) {
  return {
    personal: personalClaims(settings, hooks).personal,
    addition: async (user: User, client: Client) => (await fill(answer, hooks[answer], { user: shownToHooks(user), client })).given,
  };
}
