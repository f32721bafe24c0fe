/**
 * Something that happened, written to the outbox in the same transaction, for the functions that act on it later. It
 * has the user's id and none of their data: a reader looks that up.
 */
export type Event = {
  readonly id: string;
  readonly type:
    | 'user_registered'
    | 'user_deleted'
    | 'user_suspended'
    | 'user_reinstated'
    | 'identifiers_changed'
    | 'roles_changed'
    | 'password_changed'
    | 'superuser_made'
    | 'session_theft_detected'
    | 'session_ended'
    | 'all_sessions_ended'
    | 'api_token_created'
    | 'api_token_revoked'
    | 'code_for_nobody'
    | 'address_verified'
    | 'first_proof'
    | 'email_changed'
    | 'mobile_changed'
    | 'change_undone';
  readonly userId: string;
  readonly at: Date;
  /** The user who did it to the account of another; undefined if it was the user, or the command line. */
  readonly actorId?: string | undefined;
  /** The name of the picture of a user who was deleted, or taken over. It is stored nowhere else then. */
  readonly picture?: string | undefined;
};
