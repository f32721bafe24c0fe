import type { Client } from '#lib/caller/client.ts';
import type { TargetRules } from '#lib/codes/target.ts';
import { epochSeconds } from '#lib/duration.ts';
import type { Language } from '#lib/language.ts';
import type { Channel } from '#lib/messages/message.ts';
import type { AddressStore } from './address-store.ts';
import { addressesOf, holds } from './addresses.ts';
import type { Exchange } from './change-store.ts';
import { waysBackOf } from './ownership.ts';
import type { User } from './user.ts';
import { newsOf, undoFor, withUndos } from './way-back.ts';

export type TellingExchanges = TargetRules & {
  readonly addresses: Pick<AddressStore, 'find'>;
  /** For how many seconds the reader of the old address can undo the exchange. */
  readonly undoSeconds: number;
  /** Whether this stage sends e-mail and SMS. */
  readonly sends: Readonly<Record<Channel, boolean>>;
};

/** The kinds of addresses that differ, in another way than by their letter case. */
export function exchangedKinds(found: User, next: User): ('email' | 'mobile')[] {
  const left = addressesOf(found).filter((address) => !holds(next, address));
  const come = addressesOf(next).filter((address) => !holds(found, address));
  return (['email', 'mobile'] as const).filter((kind) => [...left, ...come].some((address) => address.kind === kind));
}

type Asked = { readonly client: Client; readonly language: Language; readonly now: Date };

/**
 * Makes what belongs to an exchange of own addresses without a code: the ways to undo it and the messages, as far as
 * the stage sends any. Undefined if there is neither. Throws `throttled` as an exchange with a code does.
 */
export async function tellExchange(needs: TellingExchanges, found: User, next: User, asked: Asked): Promise<Exchange | undefined> {
  const kinds = exchangedKinds(found, next);
  if (kinds.length === 0) return undefined;
  const { undos } = (await needs.addresses.find(found.id)) ?? { undos: [] };
  const rules = { undos: waysBackOf(undos, epochSeconds(asked.now)), now: asked.now, undoSeconds: needs.undoSeconds };
  const added = kinds.map((kind) => ({ kind, undo: needs.sends.email ? undoFor(found, kind, rules) : undefined }));
  const news = added
    .flatMap(({ kind, undo }) => newsOf(needs, found, kind, { undo, ...asked }))
    .filter(({ channel }) => needs.sends[channel]);
  const made = added.flatMap(({ undo }) => undo ?? []);
  if (news.length === 0 && made.length === 0) return undefined;
  return { before: undos, undos: made.length > 0 ? withUndos(undos, made, asked.now) : undos, news };
}
