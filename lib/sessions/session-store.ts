import type { Event } from '#lib/outbox/event.ts';
import type { Session } from './session.ts';

type SessionKey = Pick<Session, 'userId' | 'sid'>;
type Rotation = SessionKey & { readonly generation: number; readonly jti: string; readonly requestId: string; readonly now: Date };

/** Where sessions are. */
export type SessionStore = {
  add(session: Session): Promise<void>;
  get(key: SessionKey): Promise<Session | undefined>;
  /**
   * Moves a live session from `generation` on to the next: of any number at once exactly one does. The others are shown the
   * session as it was found, or undefined where there is none.
   */
  rotate(rotation: Rotation): Promise<{ rotated: Session } | { found: Session | undefined }>;
  /** Ends a session and blacklists its `sid` until it would have ended, with the event, all or nothing. Of any number at once one does it. */
  end(session: Session, event: Event): Promise<void>;
};
