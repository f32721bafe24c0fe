/** Everything that can happen. docs/audit.md describes each; a test compares the two. */
export const eventTypes = [
  'user_registered',
  'user_deleted',
  'user_suspended',
  'user_reinstated',
  'users_imported',
  'users_exported',
  'profile_changed',
  'identifiers_changed',
  'roles_changed',
  'password_changed',
  'superuser_made',
  'session_opened',
  'session_forked',
  'session_theft_detected',
  'session_ended',
  'all_sessions_ended',
  'login_failed',
  'api_token_created',
  'api_token_revoked',
  'reset_link_made',
  'code_for_nobody',
  'address_verified',
  'first_proof',
  'email_changed',
  'mobile_changed',
  'change_undone',
  'audit_read',
] as const;

export type EventType = (typeof eventTypes)[number];

/** The types that the audit trail keeps. `code_for_nobody` is not about an account. */
export const auditedTypes: readonly EventType[] = eventTypes.filter((type) => type !== 'code_for_nobody');
