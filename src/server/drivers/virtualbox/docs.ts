import type { DriverDocs } from '../driver';
import { callOrder, callOrderVariants } from './call-order';

const block = (calls: readonly string[]) =>
  calls.length === 0
    ? 'Nothing is called.'
    : ['```text', ...calls.map((call) => `VBoxManage ${call}`), '```'].join('\n');

const order = Object.entries({ ...callOrder, ...callOrderVariants })
  .map(([when, calls]) => `### ${when}\n\n${block(calls)}`)
  .join('\n\n');

const differences = `- The virtual machine has the group \`/quaymaster/TEAM/MACHINE\`, which VirtualBox gives it in the moment of its registration, and a UUID that is known before: so nothing is lost, however its making ends. Its folder is of the same name.
- Addresses stay where the console has made the DHCP server of the network: it gives each machine one of its own. A server that was there before (docker-machine's in 192.168.99.1/24, say) is used as it is and gives any address; the job's log says so. Where an address changes, the machine's certificate follows at its start.
- The default network is 192.168.59.1/24, since VirtualBox 6.1.28 and later refuse docker-machine's 192.168.99.1/24 without a line in \`/etc/vbox/networks.conf\`.
- Nothing is shared with the machine unless somebody says so, and whoever looks after the hypervisor host has released the folder: docker-machine shared all of /home. \`--virtualbox-no-share\` has therefore nothing to do.
- A shared folder is given by an absolute path and a name of letters, digits, dots, dashes and underscores. As with docker-machine the machine may make symbolic links in it; the hypervisor host's own programs follow them.
- A machine whose disk is copied has to be one of the team, or released by whoever looks after the hypervisor host (\`VBoxManage setextradata NAME quaymaster/import yes\`): all machines of the account would be at hand otherwise, those of other teams among them. It has to be switched off; docker-machine switched it off itself. CPUs and memory are what the form says, where docker-machine took them from that machine, and the key that its disk lets in has to be one of the team's: docker-machine copied \`id_boot2docker\` from a home.
- The host-only network is from /16 to /29, and may overlap neither VirtualBox's NAT (10.0.2.0/24) nor Docker's bridge (172.17.0.0/16). Memory is at least 512 MiB, the disk at least 3000 MiB.
- A window (\`gui\`, \`sdl\`, \`separate\`) opens only where VirtualBox's service (VBoxSVC) already runs in a desktop session of the hypervisor host's account: the console passes on no DISPLAY.
- Sign-in is by key only: the key is in the disk before the first boot. boot2docker's password, which everybody knows (tcuser), still works while the machine comes up; the set-up switches sign-in by password off in sshd's settings, which outlive a restart, before it configures the engine. docker-machine left it on. Containers on the machine and its neighbours in the host-only network cannot sign in with it.
- The engine keeps the version of its ISO: docker-machine's \`upgrade\` replaced the ISO under a machine. Here a newer engine is a machine made from a newer ISO.
- The gate does not run on boot2docker, which has no HAProxy: the engine itself checks certificates.
- VirtualBox older than 6.1 is refused, since it cannot give fixed addresses and has had no updates since 2020.`;

export const docs: DriverDocs = {
  permissions: [
    "An account on the hypervisor host that may use VirtualBox (member of the group `vboxusers`); its virtual machines are the account's own. No root rights.",
    'On the hypervisor host: `VBoxManage`, `flock` (util-linux), `ip` (iproute2), and VT-x or AMD-V that VirtualBox can use.',
    'Host-only networks outside of 192.168.56.0/21 need a line in `/etc/vbox/networks.conf` (VirtualBox 6.1.28 and later); the check says which one.',
  ],
  costs: [
    'Nothing but memory, CPU time and disk of the hypervisor host. A stopped machine keeps its disk, a saved one its memory on disk as well.',
  ],
  removal: [
    'Removed: the virtual machine with its disk, its folder, its port forwarding and its DHCP address.',
    'The host-only adapter and its DHCP server go with the last machine that uses them, if the console made them. Those that were there before stay as they are; a DHCP server among them that is switched off is refused, not replaced.',
    'The ISO stays in the image library and on the hypervisor host: other machines boot from the same file.',
  ],
  testing: [
    'The shared contract suite, with a crash at every call, against a double of VBoxManage: an executable that keeps its state on disk, knows the grammar of every sub-command that is used, and refuses unknown options, wrong states and a wrong order with the messages and exit codes of VirtualBox 7. VirtualBox itself is not in the tests: its kernel module cannot be loaded there.',
    'Each call of VBoxManage failing in turn, during a creation and a removal.',
    'From the API (a job of the router, no browser) to an answer of the engine, with a real host behind the double, dressed as boot2docker.',
  ],
  sections: [
    { title: 'Where it differs from docker-machine', markdown: differences },
    {
      title: 'What is called, in which order',
      markdown: `VM is the UUID, OTHER another machine, DISK and SHARED what the member chose. Calls that only read are left out. While the session of a machine that was switched off ends, \`unregistervm\` is called again until VirtualBox lets go.\n\n${order}`,
    },
  ],
};
