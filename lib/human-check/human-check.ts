import type { Client } from '#lib/caller/client.ts';
import { describeError, log } from '#lib/log.ts';
import type { ReadLookupSecrets } from '#lib/lookup-secrets.ts';
import { isSameText } from '#lib/passwords/same-text.ts';
import { Problem } from '#lib/problem.ts';
import type { Spent, Throttle } from '#lib/throttle/throttle.ts';
import { readSolution } from './altcha.ts';
import { asAnswer, captchaId } from './captcha-answer.ts';
import { challengeKey, hashedAnswer } from './human-keys.ts';
import type { HumanProof } from './human-proof.ts';
import type { HumanRule } from './human-rules.ts';
import { type ChallengeLimits, limitsOfChallenges } from './human-rules.ts';
import { isFull, isPressed } from './pressure.ts';
import type { ProofStore } from './proof-store.ts';

export type HumanChecking = {
  readonly rule: HumanRule;
  /** The percentage of a limit from which the rule `when-pressed` asks for a check. */
  readonly percent: number;
  /** Where a client gets a picture or a challenge; members of the problem. */
  readonly places: Readonly<Record<'captcha' | 'challenge', string>>;
  readonly challengeLimits: ChallengeLimits;
  readonly proofs: Pick<ProofStore, 'spendAnswer' | 'spendSolution'>;
  readonly throttle: Pick<Throttle, 'spend'>;
  readonly lookupSecret: ReadLookupSecrets;
  readonly now: () => Date;
};

/** Passes or throws; `tries` are the tries that were counted for the request. */
export type HumanCheck = (proof: HumanProof, client: Client, tries: readonly Spent[]) => Promise<void>;

/**
 * Makes the check that a person sent a request, if the route's rule asks for it. It comes after the limits, whose
 * counts tell whether they are pressed, and before anything expensive. Throws `human_check_required` if no proof was
 * sent, and `human_check_failed` if it was wrong, expired, spent or unknown. A proof is spent when it is checked, and
 * checked only if the rule asks for it.
 */
export function humanCheck(needs: HumanChecking): HumanCheck {
  return async (proof, client, tries) => {
    if (!isDue(needs, tries)) return;
    const { captcha_id, captcha_text, altcha } = proof;
    if (altcha === undefined && (captcha_id === undefined || captcha_text === undefined)) throw refusal(needs, 'human_check_required');
    const refused =
      altcha === undefined
        ? await readPicture(needs, { id: captcha_id ?? '', text: captcha_text ?? '' }, client)
        : await readChallenge(needs, altcha, client);
    if (refused === undefined) return;
    await noteFailure(needs, client);
    throw refusal(needs, 'human_check_failed', refused);
  };
}

function isDue({ rule, percent }: HumanChecking, tries: readonly Spent[]): boolean {
  if (rule === 'off') return false;
  return rule === 'always' || isFull(tries) || (rule === 'when-pressed' && isPressed(tries, percent));
}

function refusal({ places }: HumanChecking, code: 'human_check_required' | 'human_check_failed', reason?: string): Problem {
  const phrase = code === 'human_check_required' ? 'captcha_required' : 'captcha_wrong';
  return new Problem(code, { errors: { captcha_text: [{ phrase }] }, members: places, ...(reason && { reason }) });
}

/** Why the answer to a picture is refused; undefined if it is right. Its only try is spent in either case. */
async function readPicture(needs: HumanChecking, typed: { id: string; text: string }, { requestId }: Client): Promise<string | undefined> {
  const id = captchaId(typed.id);
  if (id === undefined) return 'no id of a picture';
  const [secrets, answer] = await Promise.all([needs.lookupSecret(), needs.proofs.spendAnswer(id, { requestId, now: needs.now() })]);
  if (answer === undefined) return 'no such picture, expired, or its try is spent';
  const isRight = secrets.some((secret) => isSameText(answer, hashedAnswer(secret, id, asAnswer(typed.text))));
  return isRight ? undefined : 'wrong answer';
}

/** Why a solved challenge is refused; undefined if it is right. */
async function readChallenge(needs: HumanChecking, text: string, { requestId }: Client): Promise<string | undefined> {
  const solved = await readSolution(text, (await needs.lookupSecret()).map(challengeKey), needs.now());
  if ('refused' in solved) return solved.refused;
  const outcome = await needs.proofs.spendSolution(solved, { requestId, now: needs.now() });
  return outcome === 'spent' ? undefined : 'the solution was spent before';
}

/** Counts a failed check like a requested challenge, so that the next challenge is harder. */
async function noteFailure({ throttle, challengeLimits }: HumanChecking, { address }: Client): Promise<void> {
  try {
    await throttle.spend(...limitsOfChallenges(challengeLimits, address));
  } catch (error) {
    if (!(error instanceof Problem)) log.warn('failure_not_counted', describeError(error));
  }
}
