/** One change of a change set, as DescribeChangeSet answers it (`ResourceChange`). */
export type ResourceChange = {
  readonly Action?: string | undefined;
  readonly LogicalResourceId?: string | undefined;
  readonly ResourceType?: string | undefined;
  readonly Replacement?: string | undefined;
};

/** The types whose contents are gone with them. A nested stack may hold them. */
const keepers = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::CloudFormation::Stack'];

/**
 * The changes that delete or may replace a table or a bucket, except those that are accepted by their logical id. A
 * replacement that CloudFormation cannot rule out ("Conditional") counts, and so does an action that it cannot tell
 * ("Dynamic").
 */
export function lossesIn(changes: readonly ResourceChange[], accepted: readonly string[]): ResourceChange[] {
  return changes.filter(({ Action, LogicalResourceId = '', ResourceType = '', Replacement }) => {
    if (!keepers.includes(ResourceType) || accepted.includes(LogicalResourceId)) return false;
    const isReplaced = Action === 'Modify' && Replacement !== undefined && Replacement !== 'False';
    return Action === 'Remove' || Action === 'Dynamic' || isReplaced;
  });
}

/** The changes as a table in Markdown: how many of each action and type, and each replacement and removal by name. */
export function tableOf(changes: readonly ResourceChange[]): string {
  if (changes.length === 0) return 'No resource changes.';
  const counts = new Map<string, number>();
  for (const change of changes) counts.set(rowOf(change), (counts.get(rowOf(change)) ?? 0) + 1);
  const rows = [...counts].toSorted().map(([row, count]) => `${row} ${count} |`);
  return ['| change | type | resource | number |', '|---|---|---|---|', ...rows].join('\n');
}

function rowOf({ Action, LogicalResourceId, ResourceType, Replacement }: ResourceChange): string {
  const isReplaced = Action === 'Modify' && Replacement !== undefined && Replacement !== 'False';
  const action = isReplaced ? (Replacement === 'True' ? 'Replace' : 'Perhaps replace') : Action;
  const isNamed = isReplaced || Action === 'Remove' || Action === 'Dynamic';
  return `| ${action} | ${ResourceType} | ${isNamed ? LogicalResourceId : ''} |`;
}
