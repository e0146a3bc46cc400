/**
 * Every call of VBoxManage that changes something, in its order, by what is done in which state. A test runs each against the
 * double and compares. VM, FOLDER, TEAM, MACHINE, ISO, MAC and PORT stand for what differs.
 */
export const callOrder: Readonly<Record<string, readonly string[]>> = {
  'Create, the first machine of a network': [
    'convertfromraw FOLDER/virtualbox/quaymaster/TEAM/MACHINE/disk.raw FOLDER/virtualbox/quaymaster/TEAM/MACHINE/disk.vmdk --format VMDK',
    'createvm --name harbour-edge-1 --uuid VM --groups /quaymaster/TEAM/MACHINE --basefolder FOLDER/virtualbox --ostype Linux26_64 --register',
    'modifyvm VM --firmware bios --bioslogofadein off --bioslogofadeout off --bioslogodisplaytime 0 --biosbootmenu disabled --ostype Linux26_64 --acpi on --ioapic on --rtcuseutc on --cpuhotplug off --pae on --hpet on --hwvirtex on --nestedpaging on --largepages on --vtxvpid on --accelerate3d off --boot1 dvd --cpus 1 --memory 1024',
    'modifyvm VM --nic1 nat --nictype1 82540EM --cableconnected1 on --natdnshostresolver1 off --natdnsproxy1 on',
    'storagectl VM --name SATA --add sata --hostiocache on',
    'storageattach VM --storagectl SATA --port 0 --device 0 --type dvddrive --medium ISO',
    'storageattach VM --storagectl SATA --port 1 --device 0 --type hdd --medium FOLDER/virtualbox/quaymaster/TEAM/MACHINE/disk.vmdk',
    'setextradata global quaymaster/pending/MACHINE TEAM',
    'hostonlyif create',
    'hostonlyif ipconfig vboxnet0 --ip 192.168.59.1 --netmask 255.255.255.0',
    'dhcpserver remove --interface=vboxnet0',
    'dhcpserver add --interface=vboxnet0 --server-ip=192.168.59.2 --netmask=255.255.255.0 --lower-ip=192.168.59.129 --upper-ip=192.168.59.254 --enable',
    'setextradata global quaymaster/dhcp-server/vboxnet0 TEAM MACHINE 192.168.59.1/24',
    'setextradata global quaymaster/host-only-adapter/vboxnet0 TEAM MACHINE 192.168.59.1/24',
    'setextradata global quaymaster/uses/MACHINE TEAM vboxnet0',
    'setextradata global quaymaster/pending/MACHINE',
    'modifyvm VM --nic2 hostonly --nictype2 82540EM --nicpromisc2 deny --hostonlyadapter2 vboxnet0 --macaddress2 MAC --cableconnected2 on',
    'dhcpserver modify --interface=vboxnet0 --mac-address=MAC --fixed-address=192.168.59.3',
    'dhcpserver restart --interface=vboxnet0',
    'modifyvm VM --natpf1 ssh,tcp,127.0.0.1,PORT,,22',
    'startvm VM --type headless',
  ],
  'Start, from poweroff or aborted': [
    'modifyvm VM --nic2 hostonly --nictype2 82540EM --nicpromisc2 deny --hostonlyadapter2 vboxnet0 --macaddress2 MAC --cableconnected2 on',
    'dhcpserver modify --interface=vboxnet0 --mac-address=MAC --fixed-address=192.168.59.3',
    'dhcpserver restart --interface=vboxnet0',
    'startvm VM --type headless',
  ],
  'Start, from saved': [
    'dhcpserver modify --interface=vboxnet0 --mac-address=MAC --fixed-address=192.168.59.3',
    'dhcpserver restart --interface=vboxnet0',
    'startvm VM --type headless',
  ],
  'Start, from paused': ['controlvm VM resume'],
  'Start, from running': [],
  'Stop, from running': ['controlvm VM acpipowerbutton'],
  'Stop, from paused': ['controlvm VM resume', 'controlvm VM acpipowerbutton'],
  'Stop, from poweroff, aborted or saved': [],
  'Kill, from running or paused': ['controlvm VM poweroff'],
  'Kill, from saved': ['discardstate VM'],
  'Pause, from running': ['controlvm VM pause'],
  'Save, from running or paused': ['controlvm VM savestate'],
  'Remove, from running or paused, the last machine of a network': [
    'controlvm VM poweroff',
    'unregistervm VM --delete',
    'dhcpserver remove --network=HostInterfaceNetworking-vboxnet0',
    'setextradata global quaymaster/dhcp-server/vboxnet0',
    'hostonlyif remove vboxnet0',
    'setextradata global quaymaster/host-only-adapter/vboxnet0',
    'setextradata global quaymaster/uses/MACHINE',
  ],
};

/** The same where the situation differs; of a creation, the calls that differ from the first row. */
export const callOrderVariants: Readonly<Record<string, readonly string[]>> = {
  'Create, into a network that the console has made, after the disk is attached': [
    'setextradata global quaymaster/uses/MACHINE TEAM vboxnet0',
    'modifyvm VM --nic2 hostonly --nictype2 82540EM --nicpromisc2 deny --hostonlyadapter2 vboxnet0 --macaddress2 MAC --cableconnected2 on',
    'dhcpserver modify --interface=vboxnet0 --mac-address=MAC --fixed-address=192.168.59.4',
    'dhcpserver restart --interface=vboxnet0',
    'modifyvm VM --natpf1 ssh,tcp,127.0.0.1,PORT,,22',
    'startvm VM --type headless',
  ],
  'Create, with the disk of another machine, instead of convertfromraw': [
    'closemedium disk FOLDER/virtualbox/quaymaster/TEAM/MACHINE/disk.vmdk',
    'clonemedium disk DISK FOLDER/virtualbox/quaymaster/TEAM/MACHINE/disk.vmdk --format VMDK',
  ],
  'Create, with a shared folder, after the disk is attached': [
    'guestproperty set VM /VirtualBox/GuestAdd/SharedFolders/MountPrefix /',
    'guestproperty set VM /VirtualBox/GuestAdd/SharedFolders/MountDir /',
    'sharedfolder add VM --name code --hostpath SHARED --automount',
    'setextradata VM VBoxInternal2/SharedFoldersEnableSymlinksCreate/code 1',
  ],
  'Remove, from poweroff, aborted or saved, the last machine of a network': [
    'unregistervm VM --delete',
    'dhcpserver remove --network=HostInterfaceNetworking-vboxnet0',
    'setextradata global quaymaster/dhcp-server/vboxnet0',
    'hostonlyif remove vboxnet0',
    'setextradata global quaymaster/host-only-adapter/vboxnet0',
    'setextradata global quaymaster/uses/MACHINE',
  ],
  'Remove, from running, while another machine uses the network': [
    'controlvm VM poweroff',
    'unregistervm VM --delete',
    'setextradata global quaymaster/dhcp-server/vboxnet0 TEAM OTHER 192.168.59.1/24',
    'setextradata global quaymaster/host-only-adapter/vboxnet0 TEAM OTHER 192.168.59.1/24',
    'dhcpserver modify --interface=vboxnet0 --mac-address=MAC --remove-config',
    'setextradata global quaymaster/uses/MACHINE',
  ],
};
