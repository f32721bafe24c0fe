import { array, boolean, object, string } from 'valibot';
import { type Session, sessionEnd } from './session.ts';

const sessionView = object({
  id: string(),
  device: string(),
  address: string(),
  created_at: string(),
  last_used_at: string(),
  expires_at: string(),
  current: boolean(),
});

/**
 * Sessions as the API shows them. `device` is the browser's `User-Agent` and `address` its address (of an IPv6 address
 * the /64), both at sign-in. `last_used_at` is the last refresh, or the sign-in: using an access token is not recorded.
 * `expires_at` is when the session ends unless it is refreshed. `current` is the caller's session.
 */
export const sessionsView = object({ results: array(sessionView) });

/** The view of sessions; `currentSid` is the caller's session. */
export function viewSessions(sessions: readonly Session[], currentSid: string | undefined) {
  return { results: sessions.map((session) => viewSession(session, currentSid)) };
}

function viewSession(session: Session, currentSid: string | undefined) {
  return {
    id: session.sid,
    device: session.device,
    address: session.address,
    created_at: instant(session.openedAt),
    last_used_at: new Date(session.rotatedAtMs).toISOString(),
    expires_at: instant(sessionEnd(session)),
    current: session.sid === currentSid,
  };
}

const instant = (seconds: number) => new Date(seconds * 1000).toISOString();
