import * as v from 'valibot';
import { firstSteps } from './first-steps.ts';
import { codeCommands, type Home, superuserCommand } from './home.ts';

/** The JSON at `/` of a developer's machine. */
export const homeView = v.object({
  name: v.string(),
  stage: v.string(),
  url: v.string(),
  first_steps: v.array(v.string()),
  code_steps: v.array(v.string()),
  create_superuser: v.string(),
  human_check_codes: v.picklist(['off', 'when-full', 'when-pressed', 'always']),
  links: v.object({ outbox: v.string(), openapi: v.string(), health: v.string(), jwks: v.string() }),
  users: v.array(
    v.object({
      id: v.string(),
      username: v.string(),
      name: v.string(),
      email: v.string(),
      roles: v.array(v.string()),
      is_active: v.boolean(),
      is_superuser: v.boolean(),
      date_joined: v.string(),
    }),
  ),
});

export function viewHome({ name, stage, url, codeCheck, users }: Home): v.InferInput<typeof homeView> {
  return {
    name,
    stage,
    url,
    first_steps: [...firstSteps(url)],
    code_steps: [...codeCommands(url)],
    create_superuser: superuserCommand,
    human_check_codes: codeCheck,
    links: {
      outbox: `${url}/dev/outbox/`,
      openapi: `${url}/openapi.json`,
      health: `${url}/health/`,
      jwks: `${url}/.well-known/jwks.json`,
    },
    users: users.map((user) => ({
      id: user.id,
      username: user.username,
      name: user.name,
      email: user.email,
      roles: [...user.roles],
      is_active: user.isActive,
      is_superuser: user.isSuperuser,
      date_joined: user.dateJoined.toISOString(),
    })),
  };
}
