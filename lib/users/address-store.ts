import type { CodeTarget, Proof } from '#lib/codes/code.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Identifier, IdentifierKind } from '#lib/names/identifier.ts';
import type { Event } from '#lib/outbox/event.ts';
import type { Undo } from './undo.ts';
import type { User } from './user.ts';

/** What a proof is spent on, and by which request: the same in every try of one. */
export type Spending = { readonly proof: Proof; readonly by: string; readonly nowSeconds: number };

/** What others are told of a change, in the write that makes it. */
type Told = { readonly event: Event; readonly news?: readonly Message[] };

/** `gone`: the proof was spent before, replaced, or is over. `changed-meanwhile`: the user is not as they were found. `busy`: trying again makes sense. */
export type AddressOutcome = 'done' | 'gone' | 'changed-meanwhile' | 'busy';

export type Verifying = Spending & Told & { readonly user: User; readonly target: CodeTarget };

type Reset = Spending &
  Told & {
    readonly user: User;
    readonly hash: string;
    /** The address that is proved by it; undefined where the link was handed over in another way. */
    readonly proved: CodeTarget | undefined;
  };

type Joining = Spending & Told & { readonly user: User; readonly identifiers: readonly Identifier[] };

/** Somebody, and the ways back from the addresses they exchanged, oldest first. */
export type Found = { readonly user: User; readonly undos: readonly Undo[] };

export type Move = Spending &
  Told & {
    readonly found: Found;
    /** The new address: normalised, and as it is shown. */
    readonly to: CodeTarget;
    readonly shown: string;
    readonly undos: readonly Undo[];
  };

type Return = Told & {
  readonly found: Found;
  /** What is taken back, at most one of a kind. */
  readonly taken: readonly Undo[];
  readonly undos: readonly Undo[];
  /** What the password becomes: one that nobody knows. */
  readonly password: string;
};

/** Where addresses are proved and exchanged, each in one write with the proof it spends. */
export type AddressStore = {
  /** Adds a user as `UserStore.add` does, who proved an address. */
  join(joining: Joining): Promise<'added' | 'gone' | 'busy' | { taken: readonly IdentifierKind[] }>;
  /** Marks an address of the user as theirs. */
  verify(verifying: Verifying): Promise<AddressOutcome>;
  /** Replaces the hash and begins the user's next token epoch. */
  reset(reset: Reset): Promise<AddressOutcome>;
  find(userId: string): Promise<Found | undefined>;
  /** Exchanges an address: the new one is the user's and proved, the old one is free, and there is a way back. */
  move(move: Move): Promise<AddressOutcome | 'taken'>;
  /** Goes back: addresses of before are the user's again, those of now are free, and the next token epoch begins. `taken`: these are somebody else's. */
  goBack(back: Return): Promise<Exclude<AddressOutcome, 'gone'> | { readonly taken: readonly Undo['kind'][] }>;
};
