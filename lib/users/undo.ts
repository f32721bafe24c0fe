/** The way back from an exchanged address, for whoever reads what is sent to the old one. */
export type Undo = {
  readonly ref: string;
  readonly kind: 'email' | 'mobile';
  /** The address of before, as it was shown; undefined where there was none. */
  readonly before: string | undefined;
  readonly wasVerified: boolean;
  /** In seconds since 1970. */
  readonly expiresAt: number;
};

/** The most ways back there are at a time: whoever exchanged an address so often waits until the first is over. */
export const mostUndos = 10;

/**
 * What is left when one of them is gone: those before it. Those after it go along, or a thief who changed an address twice would go back
 * to their own with the second, once its owner has gone back with the first.
 */
export function undosBefore(undos: readonly Undo[], ref: string): Undo[] {
  const index = undos.findIndex((undo) => undo.ref === ref);
  return undos.slice(0, Math.max(0, index));
}

/**
 * What going back with one takes back: of its own kind that one, of the other kind the first after it, so that somebody's addresses are what they were before it. Or a
 * thief who exchanged the e-mail address and then the number would keep the number.
 */
export function undosTaken(undos: readonly Undo[], ref: string): Undo[] {
  const [first, ...rest] = undos.slice(undos.findIndex((undo) => undo.ref === ref));
  const other = rest.find(({ kind }) => kind !== first?.kind);
  return [first, other].filter((undo) => undo !== undefined);
}

/** Those that still work. */
export function aliveUndos(undos: readonly Undo[], nowSeconds: number): Undo[] {
  return undos.filter(({ expiresAt }) => expiresAt > nowSeconds);
}
