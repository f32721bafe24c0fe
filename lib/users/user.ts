/** A person with an account. */
export type User = {
  /** UUIDv7, or the id an imported user came with. */
  readonly id: string;
  /** As it is shown: NFKC, the case as typed. */
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** E.164, such as +8613800138000. */
  readonly mobile?: string | undefined;
  /** An encoded hash, such as `bcrypt_sha256$$2b$10$…`. */
  readonly password: string;
  readonly roles: readonly string[];
  /** Whether they are let in this moment: nobody is while suspended. */
  readonly isActive: boolean;
  /** Why and until when they are not let in, or were not: it stays on record until somebody lifts it. */
  readonly suspension?: Suspension | undefined;
  readonly isSuperuser: boolean;
  readonly isEmailVerified: boolean;
  readonly isMobileVerified: boolean;
  /** One more, and every token born before is dead. */
  readonly tokenEpoch: number;
  /** One more with every change of the profile: names, attributes, roles, suspension. What `If-Match` guards. */
  readonly version: number;
  /** What the project keeps of its users (attributes.ts), by its names. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The name of the picture, such as `….webp`. */
  readonly avatar?: string | undefined;
  readonly dateJoined: Date;
  readonly lastLogin?: Date | undefined;
};

/** That somebody is not let in: since when, until when (for ever where it does not say), why, and by whom (a user's id). */
export type Suspension = {
  readonly at: Date;
  readonly until?: Date | undefined;
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
};

/** The part of a user that signing in needs, and the login indexes hold. */
export type Account = Pick<User, 'id' | 'username' | 'email' | 'password' | 'isActive' | 'tokenEpoch'>;
