import { type ShellScript, sh } from '@/server/ssh/shell';

/**
 * A boot sector that goes into long mode, touches memory two million times and writes 16 to port 0xf4, which QEMU's
 * isa-debug-exit turns into exit code 33. Under a KVM that works it takes milliseconds. Source, for `as --64` and
 * `ld -Ttext 0x7c00 --oformat binary`:
 *
 *     .code16; cli; xorw %ax,%ax; movw %ax,%ds; movw %ax,%es; movw %ax,%ss
 *     movw $0x1000,%di; movw $0x1800,%cx; cld; rep stosw                          # page tables: 2 MiB, one to one
 *     movw $0x2003,0x1000; movw $0x3003,0x2000; movw $0x0083,0x3000; lgdt gdtr
 *     movl %cr4,%eax; orl $0x20,%eax; movl %eax,%cr4; movl $0x1000,%eax; movl %eax,%cr3
 *     movl $0xc0000080,%ecx; rdmsr; orl $0x100,%eax; wrmsr                        # EFER.LME
 *     movl %cr0,%eax; orl $0x80000001,%eax; movl %eax,%cr0; ljmp $8,$long
 *     .code64; long: movl $0x1ff000,%ecx; 1: movb %cl,0x7000(%rip); loop 1b
 *     movb $0x10,%al; outb %al,$0xf4; 2: hlt; jmp 2b
 *     .align 8; gdt: .quad 0,0x00209a0000000000; gdtr: .word 15; .long gdt; .org 510; .word 0xaa55
 */
const bootSector = Buffer.alloc(512);
Buffer.from(
  [
    'fa31c08ed88ec08ed0bf0010b90018fcf3abc70600100320c70600200330c706003083000f0116887c0f20e06683c8200f22e0',
    '66b8001000000f22d866b9800000c00f32660d000100000f300f20c0660d010000800f22c0ea5d7c0800b900f01f00880d0070',
    '0000e2f8b010e6f4f4ebfd0f1f8000000000000000000000000000000000009a20000f00787c',
  ].join(''),
  'hex',
).copy(bootSector);
bootSector.writeUInt16LE(0xaa55, 510);

export const kvmProbeInput = bootSector.toString('base64');

const [works, hangs] = [33, 124];

/**
 * Prints "works", "hangs", or what QEMU said: there are computers, often virtual ones, whose KVM opens and then runs nothing. This
 * account may lack the right to use it where libvirt has it, so only a hang counts against it. Reads the sector from its input.
 */
export const kvmProbe: ShellScript = sh`export LC_ALL=C
sector=$(mktemp) || exit 0
trap 'rm -f "$sector"' EXIT
base64 -d > "$sector"
qemu=$(command -v qemu-system-x86_64 || echo /usr/libexec/qemu-kvm)
said=$(timeout -k 2 10 "$qemu" -accel kvm -nodefaults -display none -no-reboot -m 16 -drive "file=$sector,format=raw,if=ide,readonly=off" -device isa-debug-exit,iobase=0xf4,iosize=0x04 2>&1 < /dev/null)
case $? in ${works}) echo works ;; ${hangs}) echo hangs ;; *) echo "$said" | tail -n 1 ;; esac`;
