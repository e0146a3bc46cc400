-- AlterTable
ALTER TABLE "Image" ADD COLUMN     "checksumGiven" BOOLEAN NOT NULL DEFAULT false;
