import { epochSeconds } from '#lib/duration.ts';
import type { Language } from '#lib/language.ts';
import { emailKey } from '#lib/names/email.ts';
import type { Exchange } from './change-store.ts';
import { waysBackOf } from './ownership.ts';
import { exchangedKinds, type TellingExchanges } from './tell-exchange.ts';
import { mostUndos, type Undo, undosBefore, undosTaken } from './undo.ts';
import type { User } from './user.ts';
import { newsOf, undoFor } from './way-back.ts';

type Asked = { readonly language: Language; readonly now: Date };
/** The ways back that remain, and those whose links are sent. */
type Plan = { readonly undos: readonly Undo[]; readonly sent: readonly Undo[] };

/**
 * Makes what belongs to an exchange of another user's addresses by staff: the next user, the ways back and the messages
 * to the old addresses. The messages do not name the actor. The proved address that was there first keeps its way
 * back, whatever staff does later:
 * - If the present address can itself be undone, it may be a thief's. It is told and gets no way back; the older way back
 *   stays, with what it restores of the number.
 * - If staff restores the address of a living way back, the address is proved as before. The ways back to it stay, with
 *   what they restore of the number: the link also ends the sessions and the password of a thief, and staff may be the
 *   thief. Those made since go. A number whose exchange can be undone is no longer proved.
 * - Otherwise a proved address gets a way back, as in an exchange by the user.
 */
export async function exchangeByAnother(
  needs: TellingExchanges,
  found: User,
  next: User,
  { language, now }: Asked,
): Promise<{ readonly next: User; readonly exchange?: Exchange }> {
  const kinds = exchangedKinds(found, next);
  if (kinds.length === 0) return { next };
  const { undos: before } = (await needs.addresses.find(found.id)) ?? { undos: [] };
  const alive = waysBackOf(before, epochSeconds(now));
  const isRestored = kinds.includes('email') && alive.some((undo) => isTo(undo, next.email));
  const made = needs.sends.email
    ? kinds.flatMap((kind) => undoFor(found, kind, { undos: alive, now, undoSeconds: needs.undoSeconds }) ?? [])
    : [];
  const { undos, sent } = planOf(alive, made, { present: found.email, owners: isRestored ? next.email : undefined });
  const news = kinds
    .flatMap((kind) => newsOf(needs, found, kind, { undo: sent.find((undo) => undo.kind === kind), language, now }))
    .filter(({ channel }) => needs.sends[channel]);
  const isSame = before.length === 0 && undos.length === 0 && news.length === 0;
  return {
    next: isRestored ? restored(next, { isNumberKept: kinds.includes('mobile') || !alive.some(isOfNumber) }) : next,
    ...(!isSame && { exchange: { before, undos, news } }),
  };
}

type Addresses = {
  /** The e-mail address that the user has now. */
  readonly present: string;
  /** The e-mail address whose owner keeps the ways back; undefined for that of the oldest. */
  readonly owners: string | undefined;
};

function planOf(alive: readonly Undo[], made: readonly Undo[], { present, owners }: Addresses): Plan {
  const first = alive.find(({ kind }) => kind === 'email');
  // Never too many: a thief who changed a number ten times must not keep staff from repairing the account.
  if (!first) return { undos: [...alive.slice(0, mostUndos - made.length), ...made], sent: made };
  const owner = owners ?? first.before;
  const last = alive.findLast((undo) => isTo(undo, owner)) ?? first;
  const hasNumber = undosTaken(alive, last.ref).some(isOfNumber);
  const isTheirs = owners === undefined && isTo(first, present);
  const added = isTheirs ? made : made.filter((undo) => isOfNumber(undo) && !hasNumber);
  return { undos: [...undosTo(alive, owner).slice(added.length - mostUndos), ...added], sent: isTheirs ? made : [] };
}

/**
 * The oldest and the newest way back to an e-mail address, with what they restore of the number, and those from before it
 * was left. The oldest restores the first number, the newest lives longest.
 */
function undosTo(alive: readonly Undo[], email: string | undefined): Undo[] {
  const own = alive.filter((undo) => isTo(undo, email));
  const [oldest, newest] = [own.at(0)?.ref ?? '', own.at(-1)?.ref ?? ''];
  const taken = [...undosTaken(alive, oldest), ...undosTaken(alive, newest)];
  return [...undosBefore(alive, oldest), ...alive.filter((undo) => taken.includes(undo))];
}

/** The user with an e-mail address that is proved again. A number that may be a thief's loses its mark. */
const restored = (next: User, { isNumberKept }: { readonly isNumberKept: boolean }): User => ({
  ...next,
  isEmailVerified: true,
  isEmailVouched: undefined, // its owner proved it before
  isMobileVerified: next.isMobileVerified && isNumberKept,
});

const isOfNumber = ({ kind }: Undo) => kind === 'mobile';
/** Whether a way back leads to this e-mail address. */
const isTo = ({ kind, before = '' }: Undo, email = '') => kind === 'email' && emailKey(before) === emailKey(email);
