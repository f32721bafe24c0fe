import { refuseUnsoundHooks } from '#lib/hooks/check-hooks.ts';
import type { Hooks } from '#lib/hooks/hooks.ts';
import { refuseUnsoundMessages } from '#lib/messages/check-messages.ts';
import type { Messages } from '#lib/messages/messages.ts';
import type { Settings } from '#lib/settings/catalogue.ts';
import { readSettings } from '#lib/settings/parse.ts';
import { type Attributes, refuseUnsoundAttributes } from '#lib/users/attributes.ts';

type Loaded = { readonly hooks?: Hooks; readonly attributes?: Attributes; readonly messages?: Messages };

/**
 * Loads the files in project/, which an owner edits. Throws if one of them cannot be loaded or contradicts the
 * settings; the message names the file.
 */
export async function refuseUnsoundProject(settings: Settings = readSettings()): Promise<void> {
  const { hooks } = await loaded('project/hooks.ts', import('#hooks.ts'));
  const { attributes } = await loaded('project/attributes.ts', import('#attributes.ts'));
  const { messages } = await loaded('project/messages.ts', import('#messages.ts'));
  refuseUnsoundHooks(settings, hooks);
  refuseUnsoundAttributes(attributes);
  refuseUnsoundMessages(messages);
}

/** Adds the name of the file to an error that has none. The stack stays, because it has the place. */
async function loaded(file: string, loading: Promise<Loaded>): Promise<Loaded> {
  try {
    return await loading;
  } catch (error) {
    const named = new Error(`${file} cannot be loaded: ${(error as Error).message}`, { cause: error });
    named.stack = (error as Error).stack ?? '';
    throw named;
  }
}
