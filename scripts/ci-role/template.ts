import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '#local/project.ts';

/** The template of the roles, from the root of the project. */
export const templatePath = 'resources/ci/deploy-role.yml';

/** The text of the template. It is under the 51,200 bytes that CloudFormation takes without S3. */
export const readRoleTemplate = (): string => readFileSync(join(projectFolder, templatePath), 'utf8');
