import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '#local/emulators/listen.ts';

type Input = Readonly<Record<string, string>>;
/** Answers an action with the members of its result, or throws a `CloudFormationRefusal`. */
type Actions = Readonly<Record<string, (input: Input) => object>>;

/** A refusal in the words of AWS. */
export class CloudFormationRefusal extends Error {}

/**
 * CloudFormation's side of the wire on 127.0.0.1 (AWS Query, version 2010-05-15). The answers are those of the test; an
 * action without one is refused. `asked` lists the actions in their order.
 */
export async function startCloudFormation(actions: Actions) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const input: Input = Object.fromEntries(new URLSearchParams(await text(request)));
    const { Action: action = '' } = input;
    asked.push(action);
    const reply = (status: number, body: string) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    try {
      const act = actions[action];
      if (!act) throw new CloudFormationRefusal(`the test has no answer to ${action}`);
      reply(200, `<${action}Response><${action}Result>${asXml(act(input))}</${action}Result></${action}Response>`);
    } catch (error) {
      const message = escaped((error as Error).message);
      reply(400, `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`);
    }
  });
  return { ...(await listen(server, 0)), asked };
}

function asXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${asXml(each)}</member>`).join('');
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .flatMap(([name, inner]) => (inner === undefined ? [] : [`<${name}>${asXml(inner)}</${name}>`]))
    .join('');
}

const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
