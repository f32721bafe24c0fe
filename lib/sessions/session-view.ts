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
 * Sessions as the API shows them. `device` is what the browser called itself and `address` where from, both at sign-in (of an
 * IPv6 address the /64). `last_used_at` is the last refresh, or the sign-in: an access token that is used leaves no trace.
 * `expires_at` is when it is over if it is not refreshed before. `current` is the one that asks.
 */
export const sessionsView = object({ results: array(sessionView) });

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
