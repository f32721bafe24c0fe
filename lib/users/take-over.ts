import type { Client } from '#lib/caller/client.ts';
import type { CodeProof, CodeTarget } from '#lib/codes/code.ts';
import { epochSeconds } from '#lib/duration.ts';
import { uuidv7 } from '#lib/ids.ts';
import type { Language } from '#lib/language.ts';
import { cleanUpAfter, type EndingAll, sessionsToDie } from '#lib/sessions/end-with-epoch.ts';
import type { Notice } from '#lib/settings/kinds-of-messages.ts';
import type { AddressStore, Found } from './address-store.ts';
import { type Attributes, ownNames } from './attributes.ts';
import { passwordChanged } from './notice.ts';
import { takenOver } from './ownership.ts';
import type { User } from './user.ts';

/** What it takes to give an account to the person who proved its first address. */
export type TakingOver = EndingAll & {
  readonly addresses: Pick<AddressStore, 'takeOver'>;
  readonly declared: Attributes;
  readonly notices: readonly Notice[];
};

type First = {
  readonly found: Found;
  readonly target: CodeTarget;
  readonly proof: CodeProof;
  /** The hash from now on. */
  readonly password: string;
  readonly client: Client;
  readonly language: Language;
};

/** The user as they are then, or why not, as the store says it. */
export type TakenOver = { readonly user: User } | 'gone' | 'changed-meanwhile' | 'busy';

/**
 * Gives an account without a proved address to the person who proved one. Everything else goes in one write:
 * other addresses, ways back, password, attributes that the user may write, and the picture, whose file follows the event.
 * The next token epoch begins, so that every session and API token is void.
 */
export async function takeOver(needs: TakingOver, { found, target, proof, password, client, language }: First): Promise<TakenOver> {
  const { user } = found;
  const dead = await sessionsToDie(needs, user.id);
  const now = needs.now();
  const next = takenOver(user, target, { password, ownAttributes: ownNames(needs.declared) });
  const outcome = await needs.addresses.takeOver({
    ...{ found, next, proof },
    by: client.requestId,
    nowSeconds: epochSeconds(now),
    event: { id: uuidv7(now), type: 'first_proof', userId: user.id, at: now, fields: [target.kind], picture: user.avatar },
    news: passwordChanged(needs, next, { client, language, now }),
  });
  if (outcome !== 'done') return outcome;
  await cleanUpAfter(needs, user.id, dead);
  return { user: { ...next, version: user.version + 1 } };
}
