import { type Ec2CallName, ec2Calls } from './calls';

const namesThat = (reach: (typeof ec2Calls)[Ec2CallName]): string[] =>
  Object.entries(ec2Calls).flatMap(([name, own]) => (own === reach ? [`ec2:${name}`] : []));

/** The least that a credential has to be allowed, from the calls that the driver makes. Pure. */
export const policy = () => ({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Look', Effect: 'Allow', Action: namesThat('read'), Resource: '*' },
    { Sid: 'Make', Effect: 'Allow', Action: namesThat('make'), Resource: '*' },
    {
      Sid: 'TagWhatIsMade',
      Effect: 'Allow',
      Action: namesThat('tag'),
      Resource: '*',
      Condition: { StringEquals: { 'ec2:CreateAction': ['CreateSecurityGroup', 'ImportKeyPair', 'RunInstances'] } },
    },
    {
      Sid: 'ChangeWhatWasMade',
      Effect: 'Allow',
      Action: [...namesThat('change'), ...namesThat('tag')],
      Resource: '*',
      Condition: { StringLike: { 'aws:ResourceTag/quaymaster:team': '*' } },
    },
  ],
});

const lineMax = 120;

/** JSON with short lists on one line, as the formatter of the documents has it. */
const compact = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(/^.*\[\n[^[\]{}]*\n *\],?$/gm, (whole) => {
    const [head = '', ...rest] = whole.split('\n');
    const tail = rest.pop() ?? '';
    const line = `${head}${rest.map((item) => item.trim()).join(' ')}${tail.trim()}`;
    return line.length <= lineMax ? line : whole;
  });

/** The policy as the page of the driver shows it. */
export const policySection =
  (): string => `The whole policy, made from the calls in the code. \`sts:GetCallerIdentity\` needs no permission.

\`\`\`json
${compact(policy())}
\`\`\`

Beside it, only where it is used:

- a role that the console assumes: \`sts:AssumeRole\` on that role for the access key, and the role's own trust in it;
- an instance profile: \`iam:PassRole\` on its role, with the condition \`iam:PassedToService\` = \`ec2.amazonaws.com\`;
- a KMS key of your own for disks: \`kms:CreateGrant\`, \`kms:Decrypt\`, \`kms:DescribeKey\`, \`kms:GenerateDataKeyWithoutPlaintext\` and \`kms:ReEncrypt*\` on it;
- spot instances, the first time in an account: \`iam:CreateServiceLinkedRole\` for \`spot.amazonaws.com\`;
- rules in security groups that the console has not made: \`ec2:AuthorizeSecurityGroupIngress\` on them.`;
