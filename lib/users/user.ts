/** A person with an account. */
export type User = {
  /** UUIDv7, or the id an imported user came with. */
  readonly id: string;
  /** As it is shown: NFKC, in the case that was typed. */
  readonly username: string;
  readonly name: string;
  /** Empty after another person proved the address that this user only claimed. */
  readonly email: string;
  /** E.164, such as +8613800138000. */
  readonly mobile?: string | undefined;
  /** An encoded hash, such as `bcrypt_sha256$$2b$10$…`. */
  readonly password: string;
  readonly roles: readonly string[];
  /** Whether the user is let in now; false during a suspension. */
  readonly isActive: boolean;
  /** The suspension on record, present or past. It stays until it is lifted. */
  readonly suspension?: Suspension | undefined;
  readonly isSuperuser: boolean;
  readonly isEmailVerified: boolean;
  readonly isMobileVerified: boolean;
  /** Whether the mark of the address is another user's word, and the person has not proved the address since (docs/ownership.md). */
  readonly isEmailVouched?: boolean | undefined;
  readonly isMobileVouched?: boolean | undefined;
  /** Incrementing it makes every earlier token void. */
  readonly tokenEpoch: number;
  /** Incremented by every change of the profile: names, attributes, roles, suspension. `If-Match` compares it. */
  readonly version: number;
  /** The project's own attributes (project/attributes.ts), by name. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The file name of the picture, such as `….webp`. */
  readonly avatar?: string | undefined;
  readonly dateJoined: Date;
  readonly lastLogin?: Date | undefined;
};

/** A suspension: since when, until when (permanent without it), why, and by which user (an id). */
export type Suspension = {
  readonly at: Date;
  readonly until?: Date | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
};

/** The part of a user that a sign-in needs, and that the login indexes have. */
export type Account = Pick<User, 'id' | 'username' | 'email' | 'password' | 'isActive' | 'tokenEpoch'>;
