import { parseArgs } from 'node:util';
import { readDotEnv } from '#local/dot-env.ts';
import { projectFolder } from '#local/project.ts';
import { Refusal, runCommand } from '#local/refusal.ts';
import { portFrom } from '#local/start/options.ts';
import { send } from './tour/exchange.ts';
import { guide } from './tour/guide.ts';
import { tellStory } from './tour/story.ts';

const usage = `Usage: npm run tour [-- --url <address>]

Plays the story of an account against a running Gatehouse, and shows every request and answer. The default
address is http://localhost:PORT (PORT=3000) with API_PREFIX. Each tour registers new names.`;

await runCommand(async () => {
  readDotEnv(projectFolder);
  const { url, wantsHelp } = readOptions();
  if (wantsHelp) return console.log(usage);
  const { status } = await send(url, { method: 'GET', path: '/health/' });
  if (status !== 200) throw new Refusal(`${url} does not look like Gatehouse: GET /health/ answers ${status}`);
  console.log(`A tour of Gatehouse at ${url}`);
  await tellStory(guide(url));
  console.log('\nEverything answered as it should.');
});

function readOptions(): { url: string; wantsHelp: boolean } {
  const fallback = `http://localhost:${portFrom(process.env)}${process.env['API_PREFIX'] ?? ''}`;
  try {
    const { values } = parseArgs({
      options: { url: { type: 'string', default: fallback }, help: { type: 'boolean', default: false, short: 'h' } },
    });
    if (!/^https?:\/\//.test(values.url) || !URL.canParse(values.url)) throw new Error(`"${values.url}" is not a URL`);
    return { url: values.url.replace(/\/+$/, ''), wantsHelp: values.help };
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}
