import { Refusal } from '#local/refusal.ts';
import { type Answer, type Request, send } from './exchange.ts';
import { showAnswer, showRequest, showTitle } from './show.ts';

export type Step = {
  readonly title: string;
  /** Why the step is interesting. */
  readonly why: string;
  readonly request: Request;
  readonly status: number;
  /** Throws if an answer with the right status is still wrong; may return a remark for the reader. */
  readonly check?: (answer: Answer) => string | void | Promise<string>;
};

/** Runs the steps one by one and shows each. Throws a Refusal that names the step with a wrong answer. */
export function guide(url: string): (step: Step) => Promise<Answer> {
  let number = 0;
  return async ({ title, why, request, status, check }) => {
    number += 1;
    showTitle(number, title, why);
    showRequest(request);
    const answer = await send(url, request);
    const failure = (reason: string) => new Refusal(`\nStep ${number} (${title}) went wrong: ${reason}`);
    if (answer.status !== status) {
      showAnswer(answer);
      throw failure(`the answer is ${answer.status} and should be ${status}`);
    }
    try {
      const remark = await check?.(answer);
      showAnswer(answer, remark ?? undefined);
    } catch (error) {
      showAnswer(answer);
      throw failure((error as Error).message);
    }
    return answer;
  };
}

/** The text at a path of names in a JSON answer; throws if there is none. */
export function textAt(answer: Answer, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((value, name) => Object(value)[name], answer.json);
  if (typeof found !== 'string' || found === '') throw new Error(`the answer has no ${path.join('.')}`);
  return found;
}

export function demand(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
