import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { startMoto, type Moto } from "../../../../support/moto";
import { CHECKS, Tools, type Subject } from "./checks";
import { BUCKET, RunningS3 } from "./support";

const VERSIONED_BUCKET = "photos-versioned";

describe("S3 conformance", () => {
  describe("of the local S3", () => {
    let running: RunningS3;
    let subject: Subject;

    before(async () => {
      running = await RunningS3.start();
      running.s3.createBucket(VERSIONED_BUCKET);
      running.s3.setVersioning(VERSIONED_BUCKET, "Enabled");
      const client = running.client();
      subject = { client, bucket: BUCKET, versionedBucket: VERSIONED_BUCKET };
    });

    after(async () => {
      await running.stop();
    });

    CHECKS.forEach(({ title, observe, expected }, index) => {
      it(title, async () => {
        // Act
        const observed = await observe(new Tools(subject, `check-${index}/`));

        // Assess
        expect(observed).to.deep.equal(expected);
        expect(running.bugs).to.deep.equal([]);
      });
    });
  });

  describe("of moto, which judges the checks", () => {
    let server: Moto | undefined;
    let subject: Subject | undefined;

    before(async function () {
      server = await startMoto(this);
      const client = new S3Client(server.clientSettings);
      for (const Bucket of [BUCKET, VERSIONED_BUCKET]) {
        await client.send(new CreateBucketCommand({ Bucket }));
      }
      await client.send(
        new PutBucketVersioningCommand({
          Bucket: VERSIONED_BUCKET,
          VersioningConfiguration: { Status: "Enabled" },
        }),
      );
      subject = { client, bucket: BUCKET, versionedBucket: VERSIONED_BUCKET };
    });

    after(async () => {
      subject?.client.destroy();
      await server?.stop();
    });

    CHECKS.forEach(({ title, observe, expected, motoDiffers }, index) => {
      if (motoDiffers === undefined) {
        it(title, async () => {
          // Act
          const observed = await observe(new Tools(subject as Subject, `check-${index}/`));

          // Assess
          expect(observed).to.deep.equal(expected);
        });
      }
    });
  });
});
