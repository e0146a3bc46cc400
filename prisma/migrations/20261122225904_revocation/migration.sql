-- CreateEnum
CREATE TYPE "LeasePolicy" AS ENUM ('best_effort', 'strict');

-- CreateEnum
CREATE TYPE "AccessChangeKind" AS ENUM ('issue', 'grant', 'withdraw', 'revoke', 'suspend', 'resume', 'offboard', 'enforce');

-- CreateEnum
CREATE TYPE "ReceiptState" AS ENUM ('pending', 'confirmed', 'dropped');

-- CreateEnum
CREATE TYPE "RotationPhase" AS ENUM ('introduced', 'moving', 'moved', 'retired', 'rolled_back');

-- CreateEnum
CREATE TYPE "NotificationTone" AS ENUM ('info', 'attention', 'failed');

-- AlterEnum
ALTER TYPE "CertificateKind" ADD VALUE 'canary';

-- AlterEnum
ALTER TYPE "CertificateStatus" ADD VALUE 'suspended';

-- AlterTable
ALTER TABLE "Authority" ADD COLUMN     "imported" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "retiredAt" TIMESTAMP(3),
ADD COLUMN     "shared" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Certificate" ADD COLUMN     "comment" TEXT,
ADD COLUMN     "deviceName" TEXT,
ADD COLUMN     "holderEmail" TEXT,
ADD COLUMN     "holderName" TEXT;

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "confirmedAt" TIMESTAMP(3),
ADD COLUMN     "confirmedVersion" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "enforcementWanted" "Enforcement",
ADD COLUMN     "gate" JSONB,
ADD COLUMN     "leasePolicy" "LeasePolicy" NOT NULL DEFAULT 'best_effort',
ADD COLUMN     "leaseSeconds" INTEGER NOT NULL DEFAULT 3600,
ADD COLUMN     "leaseUntil" TIMESTAMP(3),
ADD COLUMN     "pendingReason" TEXT,
ADD COLUMN     "pendingSince" TIMESTAMP(3),
ADD COLUMN     "wantedVersion" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Membership" ADD COLUMN     "engineCaGeneration" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "suspendedAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "csrFilesAllowed" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "CertificateUse" (
    "teamId" TEXT NOT NULL,
    "certificateId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "lastUsedAt" TIMESTAMP(3) NOT NULL,
    "openNow" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "CertificateUse_pkey" PRIMARY KEY ("certificateId","machineId")
);

-- CreateTable
CREATE TABLE "AccessChange" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "kind" "AccessChangeKind" NOT NULL,
    "subject" TEXT NOT NULL,
    "reason" TEXT,
    "comment" TEXT,
    "membershipId" TEXT,
    "fingerprints" TEXT[],
    "effects" JSONB NOT NULL DEFAULT '{}',
    "actorId" TEXT,
    "actorName" TEXT NOT NULL,
    "requestedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "AccessChange_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Receipt" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "changeId" TEXT NOT NULL,
    "machineId" TEXT,
    "machineName" TEXT NOT NULL,
    "enforcement" "Enforcement" NOT NULL,
    "version" INTEGER NOT NULL,
    "state" "ReceiptState" NOT NULL DEFAULT 'pending',
    "confirmedAt" TIMESTAMP(3),
    "tookMs" INTEGER,
    "endedConnections" INTEGER,
    "failure" TEXT,

    CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SelfTest" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "jobId" TEXT,
    "enforcement" "Enforcement" NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "finishedAt" TIMESTAMP(3),
    "passed" BOOLEAN,
    "results" JSONB NOT NULL DEFAULT '[]',
    "createdByName" TEXT NOT NULL,

    CONSTRAINT "SelfTest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rotation" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "kind" "AuthorityKind" NOT NULL,
    "membershipId" TEXT,
    "formerAuthorityId" TEXT NOT NULL,
    "newAuthorityId" TEXT NOT NULL,
    "phase" "RotationPhase" NOT NULL DEFAULT 'introduced',
    "canaryMachineId" TEXT,
    "createdByName" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMP(3),

    CONSTRAINT "Rotation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RotationMove" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "rotationId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "jobId" TEXT,
    "authorityId" TEXT NOT NULL,
    "movedAt" TIMESTAMP(3),
    "containersBefore" JSONB NOT NULL DEFAULT '[]',
    "containersAfter" JSONB NOT NULL DEFAULT '[]',
    "failure" TEXT,

    CONSTRAINT "RotationMove_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReissueLink" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "membershipId" TEXT NOT NULL,
    "deviceName" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "createdById" TEXT,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "usedAt" TIMESTAMP(3),
    "withdrawnAt" TIMESTAMP(3),

    CONSTRAINT "ReissueLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Notification" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "membershipId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "values" JSONB NOT NULL DEFAULT '{}',
    "tone" "NotificationTone" NOT NULL,
    "href" TEXT,
    "cause" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "readAt" TIMESTAMP(3),

    CONSTRAINT "Notification_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "CertificateUse_machineId_idx" ON "CertificateUse"("machineId");

-- CreateIndex
CREATE INDEX "AccessChange_teamId_requestedAt_idx" ON "AccessChange"("teamId", "requestedAt");

-- CreateIndex
CREATE INDEX "Receipt_machineId_state_idx" ON "Receipt"("machineId", "state");

-- CreateIndex
CREATE UNIQUE INDEX "Receipt_changeId_machineId_key" ON "Receipt"("changeId", "machineId");

-- CreateIndex
CREATE INDEX "SelfTest_teamId_startedAt_idx" ON "SelfTest"("teamId", "startedAt");

-- CreateIndex
CREATE INDEX "SelfTest_machineId_startedAt_idx" ON "SelfTest"("machineId", "startedAt");

-- CreateIndex
CREATE INDEX "Rotation_teamId_idx" ON "Rotation"("teamId");

-- CreateIndex
CREATE INDEX "RotationMove_rotationId_idx" ON "RotationMove"("rotationId");

-- CreateIndex
CREATE INDEX "RotationMove_machineId_idx" ON "RotationMove"("machineId");

-- CreateIndex
CREATE UNIQUE INDEX "ReissueLink_tokenHash_key" ON "ReissueLink"("tokenHash");

-- CreateIndex
CREATE INDEX "ReissueLink_teamId_idx" ON "ReissueLink"("teamId");

-- CreateIndex
CREATE INDEX "Notification_teamId_idx" ON "Notification"("teamId");

-- CreateIndex
CREATE UNIQUE INDEX "Notification_membershipId_cause_key" ON "Notification"("membershipId", "cause");

-- AddForeignKey
ALTER TABLE "CertificateUse" ADD CONSTRAINT "CertificateUse_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CertificateUse" ADD CONSTRAINT "CertificateUse_certificateId_fkey" FOREIGN KEY ("certificateId") REFERENCES "Certificate"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CertificateUse" ADD CONSTRAINT "CertificateUse_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AccessChange" ADD CONSTRAINT "AccessChange_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Receipt" ADD CONSTRAINT "Receipt_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Receipt" ADD CONSTRAINT "Receipt_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "AccessChange"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Receipt" ADD CONSTRAINT "Receipt_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SelfTest" ADD CONSTRAINT "SelfTest_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SelfTest" ADD CONSTRAINT "SelfTest_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rotation" ADD CONSTRAINT "Rotation_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rotation" ADD CONSTRAINT "Rotation_formerAuthorityId_fkey" FOREIGN KEY ("formerAuthorityId") REFERENCES "Authority"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rotation" ADD CONSTRAINT "Rotation_newAuthorityId_fkey" FOREIGN KEY ("newAuthorityId") REFERENCES "Authority"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RotationMove" ADD CONSTRAINT "RotationMove_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RotationMove" ADD CONSTRAINT "RotationMove_rotationId_fkey" FOREIGN KEY ("rotationId") REFERENCES "Rotation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RotationMove" ADD CONSTRAINT "RotationMove_machineId_fkey" FOREIGN KEY ("machineId") REFERENCES "Machine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReissueLink" ADD CONSTRAINT "ReissueLink_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReissueLink" ADD CONSTRAINT "ReissueLink_membershipId_fkey" FOREIGN KEY ("membershipId") REFERENCES "Membership"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_membershipId_fkey" FOREIGN KEY ("membershipId") REFERENCES "Membership"("id") ON DELETE CASCADE ON UPDATE CASCADE;
