import { describe, expect, it } from 'vitest';

import { guessImage } from './guess-image';

describe('guessImage', () => {
  it.each([
    ['boot2docker.iso', 'boot2docker', 'iso', 'amd64'],
    ['debian-13-genericcloud-arm64.qcow2', 'debian', 'qcow2', 'arm64'],
    ['debian-13-genericcloud-amd64.raw', 'debian', 'raw', 'amd64'],
    ['https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img', 'ubuntu', 'qcow2', 'amd64'],
    ['Rocky-9-GenericCloud-Base.latest.aarch64.qcow2', 'rocky', 'qcow2', 'arm64'],
    ['flatcar_production_qemu_image.img', 'flatcar', 'qcow2', 'amd64'],
    ['', 'other', 'qcow2', 'amd64'],
  ])('reads %s', (name, system, format, architecture) => {
    expect(guessImage(name)).toEqual({ system, format, architecture });
  });
});
