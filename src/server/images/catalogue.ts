import type { CatalogueImage } from '@/lib/catalogue-image';
import type { ImageArchitecture } from '@/lib/image';

const both: readonly ImageArchitecture[] = ['amd64', 'arm64'];

const debian = (version: number, name: string): readonly CatalogueImage[] =>
  both.map((architecture) => {
    const folder = `https://cloud.debian.org/images/cloud/${name}/latest`;
    return {
      name: `Debian ${version} ${architecture}`,
      system: 'debian',
      format: 'qcow2',
      architecture,
      url: `${folder}/debian-${version}-genericcloud-${architecture}.qcow2`,
      checksumUrl: `${folder}/SHA512SUMS`,
    };
  });

const ubuntu = (version: string, name: string): readonly CatalogueImage[] =>
  both.map((architecture) => {
    const folder = `https://cloud-images.ubuntu.com/${name}/current`;
    return {
      name: `Ubuntu ${version} LTS ${architecture}`,
      system: 'ubuntu',
      format: 'qcow2',
      architecture,
      url: `${folder}/${name}-server-cloudimg-${architecture}.img`,
      checksumUrl: `${folder}/SHA256SUMS`,
    };
  });

const rocky = (version: number): readonly CatalogueImage[] =>
  both.map((architecture) => {
    const machine = architecture === 'amd64' ? 'x86_64' : 'aarch64';
    const url = `https://download.rockylinux.org/pub/rocky/${version}/images/${machine}/Rocky-${version}-GenericCloud-Base.latest.${machine}.qcow2`;
    return {
      name: `Rocky Linux ${version} ${architecture}`,
      system: 'rocky',
      format: 'qcow2',
      architecture,
      url,
      checksumUrl: `${url}.CHECKSUM`,
    };
  });

// For arm64 there is one with UEFI only.
const flatcar: readonly CatalogueImage[] = both.map((architecture) => {
  const file = architecture === 'amd64' ? 'flatcar_production_qemu_image' : 'flatcar_production_qemu_uefi_image';
  const url = `https://stable.release.flatcar-linux.net/${architecture}-usr/current/${file}.img`;
  return {
    name: `Flatcar stable ${architecture}`,
    system: 'flatcar',
    format: 'qcow2',
    architecture,
    url,
    checksumUrl: `${url}.DIGESTS`,
  };
});

const boot2docker: CatalogueImage = {
  name: 'boot2docker 19.03.12',
  system: 'boot2docker',
  format: 'iso',
  architecture: 'amd64',
  url: 'https://github.com/boot2docker/boot2docker/releases/download/v19.03.12/boot2docker.iso',
  // It has none beside its files.
  checksumUrl: null,
};

/**
 * Images that hypervisors start from, at the addresses that stay while the bytes behind them are renewed: so their checksums are
 * asked for at the publisher and do not stand here. boot2docker has had its last release.
 */
export const imageCatalogue: readonly CatalogueImage[] = [
  ...debian(13, 'trixie'),
  ...debian(12, 'bookworm'),
  ...ubuntu('24.04', 'noble'),
  ...rocky(9),
  ...flatcar,
  boot2docker,
];
