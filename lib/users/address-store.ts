import type { CodeProof, CodeTarget } from '#lib/codes/code.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Undo } from './undo.ts';
import type { User } from './user.ts';

/** The proof to spend, and the request that spends it. Each try of one request has the same. */
export type Spending = { readonly proof: CodeProof; readonly by: string; readonly nowSeconds: number };

/** The event and the messages that go with a change, in the same write. */
type Told = { readonly event: Event; readonly news?: readonly Message[] };

/** `gone`: the proof was spent before, replaced, or is over. `changed-meanwhile`: the user is not as they were found. `busy`: trying again makes sense. */
type AddressOutcome = 'done' | 'gone' | 'changed-meanwhile' | 'busy';

export type Verifying = Spending & Told & { readonly user: User; readonly target: CodeTarget };

export type Reset = Spending &
  Told & {
    readonly user: User;
    readonly hash: string;
    /** The address that the link proves; undefined if the link was handed over in another way. */
    readonly proved: CodeTarget | undefined;
    /** The ways back as found, and those that remain; undefined if they stay as they are. */
    readonly undos?: { readonly found: readonly Undo[]; readonly kept: readonly Undo[] } | undefined;
  };

/** A user who claims an address without having proved it, and loses it to whoever does; the messages tell them. */
export type Displaced = { readonly user: Pick<User, 'id'>; readonly target: CodeTarget; readonly news: readonly Message[] };

type Joining = Spending &
  Told & { readonly user: User; readonly identifiers: readonly Identifier[]; readonly displaced?: Displaced | undefined };

type Takeover = Spending &
  Told & {
    readonly found: Found;
    /** The user without everything that the person has not proved. */
    readonly next: User;
  };

/** A user, and the ways to undo the exchanges of their addresses, oldest first. */
export type Found = { readonly user: User; readonly undos: readonly Undo[] };

export type Move = Spending &
  Told & {
    readonly found: Found;
    /** The new address: normalised, and as it is shown. */
    readonly to: CodeTarget;
    readonly shown: string;
    readonly undos: readonly Undo[];
    readonly displaced?: Displaced | undefined;
  };

type Return = Told & {
  readonly found: Found;
  /** The addresses as they are to be, at most one of a kind; a number may stay as it is and lose its mark. */
  readonly taken: readonly Undo[];
  readonly undos: readonly Undo[];
  /** The new hash, which no password matches. */
  readonly password: string;
  readonly displaced?: Displaced | undefined;
};

/**
 * Proves and exchanges addresses. Each write also spends its proof. `displaced` loses the address to the user of the
 * write, unless they prove it meanwhile.
 */
export type AddressStore = {
  /** Adds a user who proved an address, as `UserStore.add` does. */
  join(joining: Joining): Promise<'added' | 'gone' | 'changed-meanwhile' | 'busy' | { taken: readonly IdentifierKind[] }>;
  /** Marks an address of the user as proved, in the epoch in which they were found. */
  verify(verifying: Verifying): Promise<AddressOutcome>;
  /** Replaces the hash and begins the user's next token epoch. */
  reset(reset: Reset): Promise<AddressOutcome>;
  /**
   * Gives a user with nothing proved to whoever proved their first address: the row becomes `next`, other addresses are
   * free, and no way back remains. `changed-meanwhile`: the user is not as they were found in any respect.
   */
  takeOver(takeover: Takeover): Promise<AddressOutcome>;
  find(userId: string): Promise<Found | undefined>;
  /** The user who has the address without having proved it; undefined if nobody has it, or its owner proved it. */
  claimantOf(target: CodeTarget): Promise<User | undefined>;
  /**
   * Exchanges an address: the user owns the new one, which is proved; the old one is free; the exchange can be undone.
   */
  move(move: Move): Promise<AddressOutcome | 'taken'>;
  /**
   * Undoes exchanges: the user owns the earlier addresses again, the present ones are free, and the next token epoch
   * begins. `taken`: other users own these now.
   */
  goBack(back: Return): Promise<Exclude<AddressOutcome, 'gone'> | { readonly taken: readonly Undo['kind'][] }>;
};
