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
  readonly isActive: boolean;
  readonly isSuperuser: boolean;
  readonly isEmailVerified: boolean;
  readonly isMobileVerified: boolean;
  /** One more, and every token born before is dead. */
  readonly tokenEpoch: number;
  /** The name of the picture, such as `….webp`. */
  readonly avatar?: string | undefined;
  readonly dateJoined: Date;
  readonly lastLogin?: Date | undefined;
};

/** The part of a user that signing in needs, and the login indexes hold. */
export type Account = Pick<User, 'id' | 'username' | 'email' | 'password' | 'isActive' | 'tokenEpoch'>;
