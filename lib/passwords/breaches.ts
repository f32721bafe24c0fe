/** A collection of passwords from data breaches. */
export type Breaches = {
  /** Whether the collection has a password. False if it cannot be asked: no password is refused for that. */
  has(password: string): Promise<boolean>;
};
