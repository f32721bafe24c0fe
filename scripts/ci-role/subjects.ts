/** A repository on GitHub, with the numbers that never change if they are known. */
export type Repository = { readonly name: string; readonly id?: string; readonly ownerId?: string };

const githubIssuer = 'token.actions.githubusercontent.com';

/**
 * The exact `sub` claims of GitHub's tokens for jobs in an environment. Repositories made or renamed since 15 July 2026 have
 * the numbers of the owner and the repository in them, so that a name that is taken over is not enough; older ones do not
 * (GitHub, "OpenID Connect reference", immutable subject claims). With the numbers both forms are trusted.
 */
export function githubSubjects({ name, id, ownerId }: Repository, environment: string): string[] {
  const [owner, repository] = name.split('/');
  const immutable = id && ownerId ? [`repo:${owner}@${ownerId}/${repository}@${id}:environment:${environment}`] : [];
  return [...immutable, `repo:${name}:environment:${environment}`];
}

export type Trust = {
  readonly stage: string;
  readonly isPreview: boolean;
  readonly keepData: boolean;
  readonly createsProvider: boolean;
} & (
  | { readonly repository: Repository }
  | { readonly issuer: string; readonly subjects: readonly string[]; readonly driftSubjects: readonly string[] }
);

/** The parameters of the template for a stage; `pr-*` is all previews. */
export function parametersOf(trust: Trust): Record<string, string> {
  const roleName = trust.isPreview ? 'preview' : trust.stage;
  const given =
    'repository' in trust
      ? {
          issuer: githubIssuer,
          subjects: githubSubjects(trust.repository, roleName),
          driftSubjects: githubSubjects(trust.repository, `${roleName}-drift`),
        }
      : trust;
  return {
    Stage: trust.stage,
    RoleName: roleName,
    KeepsData: String(trust.keepData),
    Issuer: given.issuer,
    CreatesProvider: String(trust.createsProvider),
    Subjects: given.subjects.join(','),
    DriftSubjects: given.driftSubjects.join(','),
  };
}
