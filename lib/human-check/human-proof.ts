import * as v from 'valibot';
import { optionalLine } from '#lib/http/fields.ts';

/**
 * The fields of a body that prove that a person sent it: the answer to a picture of `/captcha/{uuid}`, or a solved
 * challenge of `/challenge/`.
 */
export const humanProofFields = {
  captcha_id: optionalLine(64),
  captcha_text: optionalLine(64),
  altcha: optionalLine(1024), // the widget sends about 400
};

const humanProofs = v.object(humanProofFields);

/** The proof that was sent. If it has both, the solved challenge counts and the picture keeps its try. */
export type HumanProof = v.InferOutput<typeof humanProofs>;

/** The proof in a body; undefined if there is none. */
export function humanProofIn({ captcha_id, captcha_text, altcha }: HumanProof): HumanProof | undefined {
  const isThere = [captcha_id, captcha_text, altcha].some((field) => field !== undefined);
  return isThere ? { captcha_id, captcha_text, altcha } : undefined;
}
