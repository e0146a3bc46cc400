import type { DriverDocs } from '../driver';

/** What the page of the driver says beside its options. */
export const docs: DriverDocs = {
  permissions: [
    'The account of the hypervisor host is root, or in the group `libvirt`; with the connection "session" any account will do.',
    'On it: libvirt, QEMU and qemu-img (Debian: `apt-get install libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils`).',
    "The account that libvirt runs machines as (`libvirt-qemu`) passes through every folder above the console's: `/var/lib/quaymaster/hypervisor` with root, `~/.quaymaster` with another account, whose home is then opened with `chmod o+x`.",
    "With an account that is not root: libvirt's log daemon begins the log of a machine's console anew once it has 2 MiB, for root alone to read. The next start of a machine that is off makes it anew for the account; until then the job's log says that it cannot be read.",
    'Over SSH: the server of the hypervisor host allows TCP forwarding, since machines behind NAT are reached through it.',
    'On a bridge nobody tells the console where the machine is: cloud-init puts a script into it (`/var/lib/cloud/scripts/per-boot/quaymaster-address`) that writes its address to the serial console at each boot, and the console reads it there. What a guest agent lists for the network card of the machine, or what the ARP table of the hypervisor host has of it, counts too. The console and the hypervisor host reach that address. boot2docker runs no such script: there it is found only once the ARP table has it.',
  ],
  costs: [
    'Nothing but the hypervisor host: memory while a machine runs, and on its disk what each machine has written since the image it was made from.',
    'The image itself is kept once for each hypervisor host.',
  ],
  removal: [
    'The domain with its saved memory, snapshots and firmware variables; its disk, its seed, the log of its console.',
    "The image stays on the hypervisor host for the next machine: it goes when it is removed from the library. Networks and bridges stay, since the console doesn't make any.",
  ],
  testing: [
    'The shared contract suite against a strict double of virsh, with a crash at every call.',
    'A real libvirt and QEMU: every state of a machine whose disk is empty, on a network, in user mode and from an ISO (`kvm.lab.test.ts`).',
    "A virtual machine that really boots, emulated: made in the form, engine inside, a container by the member's certificate, stop, start, pause, save, remove (`e2e/kvm.test.ts`).",
    'Not tried: hardware acceleration, a bridge with a machine that boots, UEFI, boot2docker itself, and hypervisor hosts other than Debian.',
  ],
};
