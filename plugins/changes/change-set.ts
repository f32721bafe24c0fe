import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
} from '@aws-sdk/client-cloudformation';
import type { ResourceChange } from './losses.ts';

type Options = {
  readonly stackName: string;
  /** The template in S3, by https. */
  readonly templateUrl: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  /** Between two looks at a change set that is not ready, in milliseconds. */
  readonly pauseMs?: number;
};

/** Reasons of a change set that has failed only because nothing changes; CloudFormation has no code for it. */
const withoutChanges = /didn't contain changes|no updates are to be performed/i;

/**
 * What an update with a template would change, nested stacks included. It makes a change set, reads it and deletes it;
 * nothing is executed. Throws an Error with CloudFormation's reason if the change set cannot be made.
 */
export async function changesOf(client: CloudFormationClient, options: Options): Promise<ResourceChange[]> {
  const { stackName: StackName, templateUrl: TemplateURL, tags, pauseMs = 2_000 } = options;
  const ChangeSetName = `${StackName}-preview-${randomUUID()}`;
  const { Id = '' } = await client.send(
    new CreateChangeSetCommand({
      ...{ StackName, ChangeSetName, TemplateURL, ChangeSetType: 'UPDATE', IncludeNestedStacks: true },
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      Tags: [...tags],
    }),
  );
  try {
    return await readyChanges(client, Id, pauseMs);
  } finally {
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: Id }));
  }
}

async function readyChanges(client: CloudFormationClient, id: string, pauseMs: number): Promise<ResourceChange[]> {
  for (;;) {
    const page = await client.send(new DescribeChangeSetCommand({ ChangeSetName: id }));
    if (page.Status === 'CREATE_COMPLETE') return await allChanges(client, id, page);
    if (page.Status === 'FAILED' && withoutChanges.test(page.StatusReason ?? '')) return [];
    if (page.Status === 'FAILED') throw new Error(`CloudFormation makes no change set: ${page.StatusReason}`);
    await setTimeout(pauseMs);
  }
}

/** All pages, and the changes of nested stacks in place. */
async function allChanges(client: CloudFormationClient, id: string, first: DescribeChangeSetCommandOutput): Promise<ResourceChange[]> {
  const found: ResourceChange[] = [];
  let page = first;
  for (;;) {
    for (const { ResourceChange: change } of page.Changes ?? []) {
      if (!change) continue;
      found.push(change);
      const { ChangeSetId: nested } = change;
      if (nested)
        found.push(...(await allChanges(client, nested, await client.send(new DescribeChangeSetCommand({ ChangeSetName: nested })))));
    }
    if (!page.NextToken) return found;
    page = await client.send(new DescribeChangeSetCommand({ ChangeSetName: id, NextToken: page.NextToken }));
  }
}
