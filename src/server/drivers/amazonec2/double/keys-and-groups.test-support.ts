import { Fault, type GroupThing, passes, type Permission, tagSet, tagsFor } from './account.test-support';
import { type Answers, endDryRun, groupsOf } from './call.test-support';
import { listOf, textOf, textsOf, type Wire, wireOf } from './wire.test-support';

const permissionWire = ({ protocol, from, to, blocks, groups }: Permission): Wire => ({
  ipProtocol: protocol,
  fromPort: from,
  toPort: to,
  ipRanges: blocks.filter((block) => !block.includes(':')).map((cidrIp) => ({ cidrIp })),
  ipv6Ranges: blocks.filter((block) => block.includes(':')).map((cidrIpv6) => ({ cidrIpv6 })),
  groups: groups.map((groupId) => ({ groupId })),
});

const readPermission = (value: Wire): Permission => ({
  protocol: textOf(value['IpProtocol']),
  from: Number(value['FromPort']),
  to: Number(value['ToPort']),
  blocks: [
    ...listOf(value['IpRanges']).map((range) => textOf(wireOf(range)['CidrIp'])),
    ...listOf(value['Ipv6Ranges']).map((range) => textOf(wireOf(range)['CidrIpv6'])),
  ],
  groups: listOf(value['Groups']).map((pair) => textOf(wireOf(pair)['GroupId'])),
});

const isSame = (one: Permission, other: Permission) => JSON.stringify(one) === JSON.stringify(other);

/** Key pairs, security groups, and the tags of everything. */
export const keyAndGroupAnswers: Answers = {
  ImportKeyPair: (call) => {
    const { account, request } = call;
    const name = textOf(request['KeyName']);
    if (account.keyPairs.some((pair) => pair.name === name)) {
      throw new Fault('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
    }
    const publicKey = Buffer.from(textOf(request['PublicKeyMaterial']), 'base64').toString();
    if (!/^ssh-(ed25519|rsa) [\w+/=]+/.test(publicKey)) {
      throw new Fault('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
    }
    endDryRun(call);
    const pair = { id: account.id('key'), name, publicKey, tags: tagsFor(request, 'key-pair'), madeAt: account.now };
    account.keyPairs.push(pair);
    return { keyName: name, keyPairId: pair.id, tagSet: tagSet(pair.tags) };
  },
  DescribeKeyPairs: (call) => ({
    keySet: call.account.keyPairs
      .filter(call.account.isSettled)
      .filter(({ name, tags }) => passes(call.request, tags, (filter) => ({ 'key-name': [name] })[filter]))
      .map(({ id, name, tags, publicKey }) => ({
        keyPairId: id,
        keyName: name,
        publicKey: call.request['IncludePublicKey'] === 'true' && publicKey !== '' ? publicKey : undefined,
        tagSet: tagSet(tags),
      })),
  }),
  DeleteKeyPair: ({ account, request }) => {
    const index = account.keyPairs.findIndex(({ id }) => id === request['KeyPairId']);
    if (index >= 0) account.keyPairs.splice(index, 1);
    return { return: true };
  },
  CreateSecurityGroup: (call) => {
    const { account, request } = call;
    const name = textOf(request['GroupName']);
    const vpcId = textOf(request['VpcId']);
    if (account.groups.some((group) => group.name === name && group.vpcId === vpcId)) {
      throw new Fault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`);
    }
    endDryRun(call);
    const group: GroupThing = {
      id: account.id('sg'),
      name,
      vpcId,
      description: textOf(request['GroupDescription']),
      tags: tagsFor(request, 'security-group'),
      madeAt: account.now,
      permissions: [],
    };
    account.groups.push(group);
    return { groupId: group.id, tagSet: tagSet(group.tags) };
  },
  DescribeSecurityGroups: (call) => ({
    securityGroupInfo: groupsOf(call, textsOf(call.request['GroupId']))
      .filter(({ id, name, vpcId, tags }) =>
        passes(call.request, tags, (filter) => ({ 'group-id': [id], 'group-name': [name], 'vpc-id': [vpcId] })[filter]),
      )
      .map((group) => ({
        groupId: group.id,
        groupName: group.name,
        groupDescription: group.description,
        vpcId: group.vpcId,
        ipPermissions: group.permissions.map(permissionWire),
        tagSet: tagSet(group.tags),
      })),
  }),
  AuthorizeSecurityGroupIngress: (call) => {
    const [group] = groupsOf(call, [textOf(call.request['GroupId'])]);
    const added = listOf(call.request['IpPermissions']).map((value) => readPermission(wireOf(value)));
    if (added.some((one) => group?.permissions.some((other) => isSame(one, other)))) {
      throw new Fault('InvalidPermission.Duplicate', 'the specified rule already exists');
    }
    endDryRun(call);
    group?.permissions.push(...added);
    return { return: true };
  },
  DeleteSecurityGroup: (call) => {
    const [group] = groupsOf(call, [textOf(call.request['GroupId'])]);
    if (group && call.account.usesGroup(group.id)) {
      throw new Fault('DependencyViolation', `resource ${group.id} has a dependent object`);
    }
    if (group) call.account.groups.splice(call.account.groups.indexOf(group), 1);
    return { return: true };
  },
  CreateTags: ({ account, request }) => {
    const all = [...account.groups, ...account.instances, ...account.keyPairs];
    for (const id of textsOf(request['ResourceId'])) {
      const tags = all.find((thing) => thing.id === id)?.tags;
      if (!tags) throw new Fault('InvalidID', `The ID '${id}' is not valid`);
      for (const tag of listOf(request['Tag']).map(wireOf)) tags[textOf(tag['Key'])] = textOf(tag['Value']);
    }
    return {};
  },
};
