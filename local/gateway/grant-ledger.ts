import { type ActionOn, type Grant, grantFor, grantsByRole, type Permission } from './iam-policy.ts';
import type { LambdaFunction } from './lambda-function.ts';
import type { Template } from './template.ts';

/** An action on a resource, and the function that used it, was refused it, or never used it. */
export type Use = ActionOn & { readonly functionName: string };

export type GrantLedger = {
  /** The first permission that a function lacks. If it has all of them, they count as used. */
  firstRefused(fn: LambdaFunction, wanted: readonly Permission[]): Permission | undefined;
  used(): readonly Use[];
  denied(): readonly Use[];
  unused(functions: readonly LambdaFunction[], services: readonly string[]): readonly Use[];
  clear(): void;
};

/** Decides by the roles of a template, and records the requested permissions. */
export function grantLedger(template: Template): GrantLedger {
  const roles = grantsByRole(template);
  const used = new Map<string, Use>();
  const denied = new Map<string, Use>();
  const usedGrants = new Set<Grant>();

  return {
    firstRefused({ name, roleArn }, wanted) {
      const grants = roles.get(roleArn) ?? [];
      const found = wanted.map((permission) => ({ permission, grant: grantFor(grants, permission) }));
      const refused = found.find(({ grant }) => !grant)?.permission;
      if (refused) note(denied, name, refused);
      else {
        for (const { permission, grant } of found) {
          note(used, name, permission);
          if (grant) usedGrants.add(grant);
        }
      }
      return refused;
    },
    used: () => [...used.values()],
    denied: () => [...denied.values()],
    unused: (functions, services) =>
      functions.flatMap(({ name, roleArn }) =>
        (roles.get(roleArn) ?? [])
          .filter((grant) => grant.effect === 'Allow' && services.some((service) => grant.action.startsWith(`${service}:`)))
          .filter((grant) => !usedGrants.has(grant))
          .map(({ action, resource }) => ({ functionName: name, action, resource })),
      ),
    clear() {
      for (const record of [used, denied, usedGrants]) record.clear();
    },
  };
}

function note(record: Map<string, Use>, functionName: string, { action, resource }: Permission): void {
  record.set(`${functionName} ${action} ${resource}`, { functionName, action, resource });
}
