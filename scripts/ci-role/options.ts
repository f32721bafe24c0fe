import { parseArgs } from 'node:util';
import { readService, readStages } from '#local/project.ts';
import { Refusal } from '#local/refusal.ts';
import { readStageSettings } from '../../plugins/stage-settings.ts';
import type { Trust } from './subjects.ts';

const usage = `Usage: npm run ci:role -- --stage <stage> --repository <owner/name> [--repository-id <n> --owner-id <n>] [--create-provider] [--deploy]
       npm run ci:role -- --stage <stage> --issuer <host> --subject <sub> --drift-subject <sub> [--create-provider] [--deploy]

Shows the stack with the role that deploys a stage from a pipeline, and the command that makes it. The stage pr-* is all
previews. docs/deploy.md has the whole path.

  --repository      the repository on GitHub; its environment of the stage's name may deploy
  --repository-id   the number of the repository: gh api repos/<owner>/<name> --jq .id
  --owner-id        the number of its owner: gh api repos/<owner>/<name> --jq .owner.id
  --issuer          another OIDC provider, such as gitlab.com; its tokens have the audience sts.amazonaws.com
  --subject         the exact sub claim that may deploy; --drift-subject: that may look for drift
  --create-provider make the OIDC provider too; an account has one of each host
  --deploy          make or update the stack with your own credentials, instead of showing it
  --region          the region of the stage`;

/** The options of `npm run ci:role`, or undefined if only its usage was wanted. */
export function readOptions(): { trust: Trust; region: string; isToDeploy: boolean } | undefined {
  try {
    const { values } = parseArgs({ options });
    if (values.help) {
      console.log(usage);
      return undefined;
    }
    return {
      trust: trustOf(values),
      region: values.region ?? process.env['AWS_REGION'] ?? readService().region,
      isToDeploy: values.deploy,
    };
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n\n${usage}`);
  }
}

const options = {
  stage: { type: 'string' },
  repository: { type: 'string' },
  'repository-id': { type: 'string' },
  'owner-id': { type: 'string' },
  issuer: { type: 'string' },
  subject: { type: 'string' },
  'drift-subject': { type: 'string' },
  'create-provider': { type: 'boolean', default: false },
  deploy: { type: 'boolean', default: false },
  region: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = Readonly<Partial<Record<keyof typeof options, string | boolean>>>;

function trustOf(values: Values): Trust {
  const text = (name: keyof typeof options) => values[name] as string | undefined;
  const stage = text('stage');
  if (!stage) throw new Error('--stage is missing');
  if (stage === 'local') throw new Error('The stage local is not deployed');
  const isPreview = stage === 'pr-*';
  const { keepData } = readStageSettings(readStages(), isPreview ? 'pr-1' : stage);
  const about = { stage, isPreview, keepData, createsProvider: values['create-provider'] === true };
  const [name, id, ownerId] = [text('repository'), text('repository-id'), text('owner-id')];
  const [issuer, subject, driftSubject] = [text('issuer'), text('subject'), text('drift-subject')];
  if (name && !issuer) {
    if (!/^[\w.-]+\/[\w.-]+$/.test(name)) throw new Error('--repository has to be owner/name');
    if (Boolean(id) !== Boolean(ownerId)) throw new Error('--repository-id and --owner-id go together');
    if (id && ownerId && !/^\d+ \d+$/.test(`${id} ${ownerId}`)) throw new Error('--repository-id and --owner-id have to be numbers');
    return { ...about, repository: { name, ...(id && ownerId && { id, ownerId }) } };
  }
  if (!issuer || !subject || !driftSubject || name) throw new Error('Give --repository, or --issuer with --subject and --drift-subject');
  if (!/^[a-z0-9.-]+(\/[\w./-]+)?$/.test(issuer)) throw new Error('--issuer has to be a host, without https://');
  for (const each of [subject, driftSubject]) {
    if (/[*?",\s\\]/.test(each)) throw new Error('A subject has to be one exact text: no *, no ?, no comma and no quotation mark');
  }
  return { ...about, issuer, subjects: [subject], driftSubjects: [driftSubject] };
}
