import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { recordKey } from "../../common/recordKey";
import { encode, plain } from "../functions/support/images";
import { startMoto, type Moto } from "../support/moto";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { etl, folderOfTest } from "./support/etl";
import { answerTo, bicycle, motorcycle } from "./support/labels";

const EUROPE = { LocationConstraint: "eu-west-1" } as const;

describe("etl build --labels, from moto", () => {
  const folder = folderOfTest();
  let moto: Moto;
  let s3: S3Client;
  before(async function () {
    moto = await startMoto(this);
    s3 = new S3Client({ ...moto.clientSettings, forcePathStyle: true });
  });
  after(async () => {
    s3?.destroy();
    await moto?.stop();
  });

  it("reads the version that was reviewed, though the key has another one or none now", async () => {
    // Prepare
    const Bucket = "uploads";
    const VersioningConfiguration = { Status: "Enabled" as const };
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: EUROPE }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const put = async (Key: string, Body: Buffer | string) =>
      (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? "";
    const red = await encode(plain(40, 40, 0xff0000ff), "image/png");
    for (const key of ["incoming/kept 1.png", "incoming/deleted.png"]) {
      const versionId = await put(key, red);
      const image = { bucket: Bucket, key, versionId };
      const decision = key.includes("kept") ? bicycle : motorcycle;
      await put(recordKey("labels/", image), answerTo(image, decision));
    }
    await put("incoming/kept 1.png", "something else");
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "incoming/deleted.png" }));
    const archive = join(folder.path, "archive.tar.gz");
    const out = join(folder.path, "dataset");
    writeFileSync(archive, archiveOf(binaryFiles(sample())));

    // Act
    const outcome = await etl(
      ["build", "--archive", archive, "--out", out, "--labels", "s3://uploads/labels"],
      { createS3Client: () => s3 },
    );

    // Assess: the two are one picture with two answers, which only the right versions show.
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    expect(outcome.stderr).to.contain("0 of 2 answers are merged");
    expect(outcome.stderr).to.contain("2 left out, answered in different ways");
  });
});
