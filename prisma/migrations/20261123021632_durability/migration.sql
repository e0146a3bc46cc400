-- CreateEnum
CREATE TYPE "TombstoneState" AS ENUM ('waiting', 'removing', 'gone', 'forgotten');

-- AlterEnum
ALTER TYPE "StepState" ADD VALUE 'undone';

-- AlterTable
ALTER TABLE "Job" ADD COLUMN     "batchId" TEXT,
ADD COLUMN     "cancelRequestedBy" TEXT,
ADD COLUMN     "deliveredAt" TIMESTAMP(3),
ADD COLUMN     "logCompressedAt" TIMESTAMP(3),
ADD COLUMN     "logLines" INTEGER,
ADD COLUMN     "logRemovedAt" TIMESTAMP(3),
ADD COLUMN     "rollsBackId" TEXT,
ADD COLUMN     "waitingFor" JSONB;

-- AlterTable
ALTER TABLE "JobStep" ADD COLUMN     "tries" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "problem" TEXT;

-- AlterTable
ALTER TABLE "Resource" ADD COLUMN     "adopted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "comparedAt" TIMESTAMP(3),
ADD COLUMN     "forgottenAt" TIMESTAMP(3),
ADD COLUMN     "tombstoneId" TEXT,
ADD COLUMN     "unwantedAt" TIMESTAMP(3),
ADD COLUMN     "wasFound" BOOLEAN;

-- AlterTable
ALTER TABLE "Team" ADD COLUMN     "logDaysKept" INTEGER DEFAULT 90;

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "operator" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "JobBatch" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "atOnce" INTEGER NOT NULL,
    "skipped" JSONB NOT NULL DEFAULT '[]',
    "createdById" TEXT,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "JobBatch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "JobLogChunk" (
    "jobId" TEXT NOT NULL,
    "fromSeq" INTEGER NOT NULL,
    "toSeq" INTEGER NOT NULL,
    "lines" BYTEA NOT NULL,
    "segments" JSONB NOT NULL,

    CONSTRAINT "JobLogChunk_pkey" PRIMARY KEY ("jobId","fromSeq")
);

-- CreateTable
CREATE TABLE "Tombstone" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "machineId" TEXT NOT NULL,
    "machineName" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "options" JSONB NOT NULL,
    "optionSecretId" TEXT,
    "driverState" JSONB NOT NULL,
    "state" "TombstoneState" NOT NULL DEFAULT 'waiting',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "lastTryAt" TIMESTAMP(3),
    "nextTryAt" TIMESTAMP(3),
    "failure" TEXT,
    "createdByName" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),
    "endedByName" TEXT,
    "leftBehind" JSONB,

    CONSTRAINT "Tombstone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Replica" (
    "id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeatAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stoppedAt" TIMESTAMP(3),

    CONSTRAINT "Replica_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SystemSample" (
    "replicaId" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "values" JSONB NOT NULL,

    CONSTRAINT "SystemSample_pkey" PRIMARY KEY ("replicaId","at")
);

-- CreateIndex
CREATE INDEX "JobBatch_teamId_createdAt_idx" ON "JobBatch"("teamId", "createdAt");

-- CreateIndex
CREATE INDEX "Tombstone_teamId_state_idx" ON "Tombstone"("teamId", "state");

-- CreateIndex
CREATE INDEX "SystemSample_at_idx" ON "SystemSample"("at");

-- CreateIndex
CREATE INDEX "Job_batchId_idx" ON "Job"("batchId");

-- CreateIndex
CREATE INDEX "Job_rollsBackId_idx" ON "Job"("rollsBackId");

-- CreateIndex
CREATE INDEX "Job_finishedAt_idx" ON "Job"("finishedAt");

-- CreateIndex
CREATE INDEX "Machine_teamId_state_idx" ON "Machine"("teamId", "state");

-- CreateIndex
CREATE INDEX "Resource_tombstoneId_idx" ON "Resource"("tombstoneId");

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_batchId_fkey" FOREIGN KEY ("batchId") REFERENCES "JobBatch"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_rollsBackId_fkey" FOREIGN KEY ("rollsBackId") REFERENCES "Job"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobBatch" ADD CONSTRAINT "JobBatch_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "JobLogChunk" ADD CONSTRAINT "JobLogChunk_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Resource" ADD CONSTRAINT "Resource_tombstoneId_fkey" FOREIGN KEY ("tombstoneId") REFERENCES "Tombstone"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tombstone" ADD CONSTRAINT "Tombstone_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SystemSample" ADD CONSTRAINT "SystemSample_replicaId_fkey" FOREIGN KEY ("replicaId") REFERENCES "Replica"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Whoever set the installation up runs it.
UPDATE "User" SET "operator" = true
WHERE "id" = (SELECT "userId" FROM "Membership" WHERE "role" = 'owner' ORDER BY "createdAt", "id" LIMIT 1);
