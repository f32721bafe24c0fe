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
 * - If staff restores the address of a living way back, the address is proved as before, and that way back and all later
 *   ones go.
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
  const restored = kinds.includes('mobile') ? undefined : alive.find((undo) => isTo(undo, next));
  const made = needs.sends.email
    ? kinds.flatMap((kind) => undoFor(found, kind, { undos: alive, now, undoSeconds: needs.undoSeconds }) ?? [])
    : [];
  const { undos, sent } = restored ? { undos: undosBefore(alive, restored.ref), sent: [] } : planOf(alive, made);
  const news = kinds
    .flatMap((kind) => newsOf(needs, found, kind, { undo: sent.find((undo) => undo.kind === kind), language, now }))
    .filter(({ channel }) => needs.sends[channel]);
  const isSame = before.length === 0 && undos.length === 0 && news.length === 0;
  return {
    next: restored ? { ...next, isEmailVerified: true } : next,
    ...(!isSame && { exchange: { before, undos, news } }),
  };
}

function planOf(alive: readonly Undo[], made: readonly Undo[]): Plan {
  const first = alive.find(({ kind }) => kind === 'email');
  // Never too many: a thief who changed a number ten times must not keep staff from repairing the account.
  if (!first) return { undos: [...alive.slice(0, mostUndos - made.length), ...made], sent: made };
  const kept = [...undosBefore(alive, first.ref), ...undosTaken(alive, first.ref)].slice(-mostUndos + 1);
  const hasNumber = undosTaken(alive, first.ref).some(({ kind }) => kind === 'mobile');
  return { undos: [...kept, ...made.filter(({ kind }) => kind === 'mobile' && !hasNumber)], sent: [] };
}

/** Whether a way back leads to the e-mail address that the user has next. */
const isTo = ({ kind, before = '' }: Undo, { email }: Pick<User, 'email'>) => kind === 'email' && emailKey(before) === emailKey(email);
