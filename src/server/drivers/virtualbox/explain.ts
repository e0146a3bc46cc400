import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

interface Failure {
  readonly says: RegExp;
  readonly code?: ErrorCode;
  /** After "HOST: ". */
  readonly sentence: string;
  /** Field of the form that can mend it. */
  readonly field?: string;
}

const noVtx =
  'its CPU offers no VT-x or AMD-V to VirtualBox, which a 64-bit machine needs. Switch it on in the firmware, or where the host is itself virtual in its hypervisor (nested virtualisation).';

/** What VBoxManage says when it fails, the first that fits. Source: VBox/err.h, and Main's messages in VirtualBox 6.1 to 7.1. */
const failures: readonly Failure[] = [
  {
    says: /VBoxManage: (not found|No such file or directory)/,
    code: 'hypervisor.unusable',
    sentence: 'VBoxManage is not there. Install VirtualBox.',
  },
  {
    says: /VERR_VMX_IN_VMX_ROOT_MODE|VERR_SVM_IN_USE/,
    sentence:
      'another hypervisor (KVM) uses VT-x or AMD-V at the moment. Stop its machines, or load VirtualBox without it: modprobe -r kvm_intel kvm_amd.',
  },
  {
    says: /VERR_VMX_NO_VMX|VERR_SVM_NO_SVM|VERR_(VMX|SVM)_\w*DISABLED|VERR_NEM_NOT_AVAILABLE/,
    code: 'hypervisor.unusable',
    sentence: noVtx,
  },
  {
    says: /VERR_VM_DRIVER_NOT_INSTALLED|vboxdrv kernel module is not loaded|rc=-1908/,
    code: 'hypervisor.unusable',
    sentence: "VirtualBox's kernel module is not loaded. Build it for the running kernel: sudo /sbin/vboxconfig",
  },
  { says: /VERR_DISK_FULL|No space left/, code: 'provision.disk-full', sentence: 'its disk is full. Make room there.' },
  {
    says: /VERR_(EM_)?NO_MEMORY|VERR_NO_PHYS_MEMORY|VERR_NO_LOW_MEMORY|VERR_GMM_\w+/,
    sentence: 'it has not enough free memory for the machine. Stop others, or choose less.',
    field: 'options.memoryMiB',
  },
  {
    says: /EnableStaticIPConfig/,
    code: 'input.invalid',
    sentence:
      'VirtualBox does not allow this host-only network. Allow it with a line such as "* 192.168.0.0/16" in /etc/vbox/networks.conf.',
    field: 'options.hostOnlyCidr',
  },
  {
    says: /Nonexistent host networking interface|VERR_INTNET_FLT_IF_NOT_FOUND|host-only adapter.*(not found|VERR_)/i,
    sentence:
      'the host-only adapter of the machine is gone. Start the machine once more: the adapter is then made anew.',
  },
  {
    says: /Machine settings file '.*' already exists|already exists.*VBOX_E_FILE_ERROR/s,
    code: 'input.invalid',
    sentence: 'there is a virtual machine of this name already. Choose another name.',
    field: 'name',
  },
  {
    says: /VBOX_E_OBJECT_IN_USE|is already locked|while it is locked/,
    sentence: 'the virtual machine is being worked on by another program. Try again once that is done.',
  },
  { says: /VERR_ACCESS_DENIED|E_ACCESSDENIED/, code: 'hypervisor.unusable', sentence: 'the account may not do that.' },
];

const firstError = (stderr: string): string =>
  stderr
    .split('\n')
    .map((line) => /error: (.*)/.exec(line)?.[1] ?? '')
    .find((said) => said !== '' && !/^(Details|Context):/.test(said)) ??
  stderr.trim().split('\n').at(-1) ??
  '';

/** VirtualBox has no such machine. */
export const isNotFound = /Could not find a registered machine|VBOX_E_OBJECT_NOT_FOUND/;

/** What goes by itself: the lock of a session that is ending. */
export const isBusy = /is already locked|while it is locked|VBOX_E_INVALID_OBJECT_STATE/;

/** A failure of VBoxManage as a sentence. */
export function explain({ stderr, call, host }: { stderr: string; call: string; host: string }): AppError {
  const found = failures.find(({ says }) => says.test(stderr));
  const said = firstError(stderr);
  const message = `${host}: ${found?.sentence ?? `VirtualBox refused "VBoxManage ${call.slice(0, 80)}". It said: ${said.slice(0, 300)}`}`;
  return new AppError({
    code: found?.code ?? 'driver.failed',
    public: message,
    internal: `VBoxManage ${call}`,
    output: stderr.slice(-4096),
    ...(found?.field !== undefined && { fieldErrors: { [found.field]: message } }),
  });
}

/** What the hypervisor host itself failed with, where VBoxManage was not even asked. */
export function explainHost(error: AppError, host: string): AppError {
  if (error.code === 'ssh.connection-lost') {
    const message = `The connection to the hypervisor host ${host} was lost. ${error.public}`;
    return new AppError({ code: 'driver.unreachable', public: message, cause: error });
  }
  if (/No space left|Disk quota exceeded/.test(`${error.public}\n${error.output ?? ''}`)) {
    const message = `The disk of ${host} is full. Make room there.`;
    return new AppError({ code: 'provision.disk-full', public: message, cause: error });
  }
  const [, missing, from] = /^(\w+) is missing: install (\S+)$/m.exec(error.output ?? '') ?? [];
  if (missing !== undefined) {
    const message = `${host} lacks ${missing}. Install the package ${from ?? missing} there.`;
    return new AppError({ code: 'hypervisor.unusable', public: message, cause: error });
  }
  return new AppError({
    code: 'driver.failed',
    public: `${host}: ${error.public}`,
    ...(error.output !== undefined && { output: error.output }),
    cause: error,
  });
}
