-- CreateEnum
CREATE TYPE "HypervisorHostKind" AS ENUM ('local', 'ssh');

-- CreateEnum
CREATE TYPE "ImageState" AS ENUM ('waiting', 'fetching', 'ready', 'failed');

-- CreateEnum
CREATE TYPE "SwarmRole" AS ENUM ('manager', 'worker');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "MachineState" ADD VALUE 'paused';
ALTER TYPE "MachineState" ADD VALUE 'saved';

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "swarmId" TEXT,
ADD COLUMN     "swarmNodeId" TEXT,
ADD COLUMN     "swarmRole" "SwarmRole";

-- AlterTable
ALTER TABLE "SshKey" ADD COLUMN     "machineId" TEXT;

-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "allowedSources" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "HypervisorHost" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "HypervisorHostKind" NOT NULL,
    "address" TEXT,
    "sshPort" INTEGER NOT NULL DEFAULT 22,
    "sshUser" TEXT,
    "sshKeyId" TEXT,
    "sudoSecretId" TEXT,
    "hostKeys" JSONB NOT NULL DEFAULT '[]',
    "facts" JSONB,
    "checkedAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HypervisorHost_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Credential" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "secretId" TEXT,
    "identity" JSONB,
    "failure" TEXT,
    "checkedAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "system" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "url" TEXT,
    "sha256" TEXT,
    "sizeBytes" BIGINT,
    "receivedBytes" BIGINT NOT NULL DEFAULT 0,
    "state" "ImageState" NOT NULL DEFAULT 'waiting',
    "failure" TEXT,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImageCopy" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,
    "hypervisorHostId" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "placedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ImageCopy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Swarm" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "clusterId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Swarm_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "HypervisorHost_sudoSecretId_key" ON "HypervisorHost"("sudoSecretId");

-- CreateIndex
CREATE UNIQUE INDEX "HypervisorHost_teamId_name_key" ON "HypervisorHost"("teamId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Credential_secretId_key" ON "Credential"("secretId");

-- CreateIndex
CREATE UNIQUE INDEX "Credential_teamId_name_key" ON "Credential"("teamId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Image_teamId_name_key" ON "Image"("teamId", "name");

-- CreateIndex
CREATE INDEX "ImageCopy_teamId_idx" ON "ImageCopy"("teamId");

-- CreateIndex
CREATE INDEX "ImageCopy_hypervisorHostId_idx" ON "ImageCopy"("hypervisorHostId");

-- CreateIndex
CREATE UNIQUE INDEX "ImageCopy_imageId_hypervisorHostId_key" ON "ImageCopy"("imageId", "hypervisorHostId");

-- CreateIndex
CREATE UNIQUE INDEX "Swarm_teamId_clusterId_key" ON "Swarm"("teamId", "clusterId");

-- CreateIndex
CREATE UNIQUE INDEX "Swarm_teamId_name_key" ON "Swarm"("teamId", "name");

-- CreateIndex
CREATE INDEX "Machine_swarmId_idx" ON "Machine"("swarmId");

-- CreateIndex
CREATE UNIQUE INDEX "SshKey_machineId_key" ON "SshKey"("machineId");

-- AddForeignKey
ALTER TABLE "SshKey" ADD CONSTRAINT "SshKey_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_swarmId_fkey" FOREIGN KEY ("swarmId") REFERENCES "Swarm"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "HypervisorHost" ADD CONSTRAINT "HypervisorHost_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImageCopy" ADD CONSTRAINT "ImageCopy_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImageCopy" ADD CONSTRAINT "ImageCopy_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImageCopy" ADD CONSTRAINT "ImageCopy_hypervisorHostId_fkey" FOREIGN KEY ("hypervisorHostId") REFERENCES "HypervisorHost"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Swarm" ADD CONSTRAINT "Swarm_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
