import type { CodeTarget } from '#lib/codes/code.ts';
import { isServed, type TargetRules } from '#lib/codes/target.ts';
import type { Language } from '#lib/language.ts';
import type { AddressStore, Displaced } from './address-store.ts';
import { addressesOf, isProved } from './addresses.ts';
import { noticeTo } from './notice.ts';

type Needs = TargetRules & { readonly addresses: Pick<AddressStore, 'claimantOf'> };

/**
 * The user who loses an address to whoever proves it, because they only claim it, with the messages that tell them at the
 * addresses they have proved. Undefined if nobody has the address, or its owner proved it. Another user's word for an address is no proof against it.
 */
export async function displacedFrom(
  needs: Needs,
  target: CodeTarget,
  { language, now }: { readonly language: Language; readonly now: Date },
): Promise<Displaced | undefined> {
  const user = await needs.addresses.claimantOf(target);
  if (!user) return undefined;
  const told = addressesOf(user).filter((own) => isProved(user, own) && (own.kind === 'email' || isServed(own.value, needs)));
  return { user, target, news: told.map((own) => noticeTo(own, 'address-lost', { user, language, now })) };
}
