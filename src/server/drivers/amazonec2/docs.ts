import type { DriverDocs } from '../driver';
import { policySection } from './policy';

export const docs: DriverDocs = {
  permissions: [
    'The IAM policy below. What is missing is named by the check before anything is made, as far as Amazon tells.',
    "The identity of the console's own server only for teams that its operator names in `QUAYMASTER_CLOUD_IDENTITY_TEAMS`.",
  ],
  costs: [
    'The instance by the second while it runs, at the price of its type; a spot instance at the price of the moment.',
    'The root disk by its size and type, also while the machine is stopped, until it is removed.',
    'A public IPv4 address by the hour while the instance runs; it is given back at each stop, and another one comes at the start.',
    'Traffic out of the region, detailed monitoring and IOPS beyond what comes with the disk.',
  ],
  removal: [
    'The spot request is cancelled, the instance is terminated with its disk and network interface, the imported key pair and the security group are deleted; each was written in the ledger before it was asked for, and carries the tags `quaymaster:team` and `quaymaster:machine`.',
    'A security group that other machines of the team use is left to one of them, and goes with the last. One that something else uses stays, on the Resources page too, and the log of the removal says what uses it.',
    'A key pair or security group that was there before stays as it is; rules that were added to such a group stay too. The log of the removal names all of them.',
    "Snapshots, volumes and addresses that somebody added in the AWS console are not the console's, and stay.",
  ],
  sections: [
    {
      title: 'Who reaches a machine',
      markdown:
        "Its security group opens SSH, the engine and the open ports to the addresses that the console calls from (`QUAYMASTER_OWN_SOURCES`, or found out), to the team's own list, and to what the option `allowedSources` adds. An owner sets the list on the page **Settings** under _Allowed sources_; it is read when a machine is made.",
    },
    { title: 'IAM policy', markdown: policySection() },
  ],
  testing: [
    "A stateful double of EC2 and STS over HTTP, spoken to by AWS's own SDK: delays between states by the test's clock, eventual consistency, throttling, lost answers, dependencies, quotas, missing permissions and places without room. Each request and each answer is judged by Amazon's own description of the API.",
    'The contract suite of all drivers, which crashes the creation and the removal at every call and every write.',
    'One story in the browser, from the form to docker and to an empty account (`e2e/amazon-ec2.test.ts`): the addresses of the double lead to a real host, dressed as Amazon Linux 2023 with a real dnf.',
    'Not in the tests: the real Amazon. A dry run there tells permissions, and not whether a quota is used up: that shows at the launch.',
  ],
};
