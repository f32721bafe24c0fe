/** The way to undo an exchange, for the reader of the old address. */
export type Undo = {
  readonly ref: string;
  readonly kind: 'email' | 'mobile';
  /** The old address as it was shown; undefined if there was none. */
  readonly before: string | undefined;
  readonly wasVerified: boolean;
  /** In seconds since 1970. */
  readonly expiresAt: number;
};

/** The most ways back at a time. After so many exchanges, the next one waits until the first way back has expired. */
export const mostUndos = 10;

/**
 * The ways back that remain after one was used: only those before it. Otherwise a thief who changed an address twice
 * could use the second way back after the owner has used the first.
 */
export function undosBefore(undos: readonly Undo[], ref: string): Undo[] {
  const index = undos.findIndex((undo) => undo.ref === ref);
  return undos.slice(0, Math.max(0, index));
}

/**
 * The exchanges that one way back undoes: itself, and the first later one of the other kind, so that both addresses are
 * as before. Otherwise a thief who exchanged the e-mail address and then the number would keep the number.
 */
export function undosTaken(undos: readonly Undo[], ref: string): Undo[] {
  const [first, ...rest] = undos.slice(undos.findIndex((undo) => undo.ref === ref));
  const other = rest.find(({ kind }) => kind !== first?.kind);
  return [first, other].filter((undo) => undo !== undefined);
}

/**
 * The way back that a link stands for. An e-mail address and a number that one request exchanged come back together, with
 * either link; both went to the same address. Otherwise a thief kept the new e-mail address after the link about the number.
 */
export function undoOf(undos: readonly Undo[], ref: string): Undo | undefined {
  const index = undos.findIndex((undo) => undo.ref === ref);
  const [before, undo] = [undos[index - 1], undos[index]];
  const isTogether = undo?.kind === 'mobile' && before?.kind === 'email' && before.expiresAt === undo.expiresAt;
  return isTogether ? before : undo;
}

/** The ways back that have not expired. */
export function aliveUndos(undos: readonly Undo[], nowSeconds: number): Undo[] {
  return undos.filter(({ expiresAt }) => expiresAt > nowSeconds);
}
