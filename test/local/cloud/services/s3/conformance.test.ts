import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
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
    let server: ChildProcess | undefined;
    let subject: Subject;

    before(async function () {
      this.timeout(60_000);
      const port = await freePort();
      server = await startMoto(port);
      if (server === undefined) {
        console.warn("    moto_server is not there: the checks are judged by nobody else");
        this.skip();
      }
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: "eu-west-1",
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      });
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
      if (server !== undefined) {
        subject.client.destroy();
        const ended = once(server, "exit");
        server.kill("SIGKILL");
        await ended;
      }
    });

    CHECKS.forEach(({ title, observe, expected, motoDiffers }, index) => {
      if (motoDiffers === undefined) {
        it(title, async () => {
          // Act
          const observed = await observe(new Tools(subject, `check-${index}/`));

          // Assess
          expect(observed).to.deep.equal(expected);
        });
      }
    });
  });
});

/** Starts moto if `MOTO_SERVER` or the PATH has it; resolves when it answers. */
async function startMoto(port: number): Promise<ChildProcess | undefined> {
  const server = spawn(
    process.env["MOTO_SERVER"] ?? "moto_server",
    ["-H", "127.0.0.1", "-p", String(port)],
    { stdio: "ignore" },
  );
  const gone = new Promise<"gone">((resolve) => {
    server.once("error", () => {
      resolve("gone");
    });
    server.once("exit", () => {
      resolve("gone");
    });
  });
  while ((await Promise.race([gone, answers(port)])) !== "gone") {
    if (await answers(port)) {
      return server;
    }
    await sleep(200);
  }
  return undefined;
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/moto-api/`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
