import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { Bucket } from "../../etl/bucket";
import { loadDataset } from "../../etl/load";
import { noProgress } from "../../common/progress";

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  AWS_REGION: "us-east-1",
};

/** Seconds that uploading a dataset folder took, by who did it; undefined where that is missing. */
export interface UploadTimes {
  readonly etl: number;
  readonly awsCli: number | undefined;
}

/**
 * Uploads a dataset folder to moto, a third party's S3 emulator, twice: with the ETL and with
 * `aws s3 sync`. Undefined when moto is not installed.
 */
export async function measureUploads(folder: string): Promise<UploadTimes | undefined> {
  if (!isInstalled("moto_server")) {
    return undefined;
  }
  const port = await freePort();
  const moto = spawn("moto_server", ["-p", String(port)], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    await untilReady(endpoint, moto);
    const client = new S3Client({
      endpoint,
      forcePathStyle: true,
      region: CREDENTIALS.AWS_REGION,
      credentials: { accessKeyId: "bench", secretAccessKey: "bench" },
    });
    await client.send(new CreateBucketCommand({ Bucket: "ours" }));
    await client.send(new CreateBucketCommand({ Bucket: "theirs" }));
    const { signal } = new AbortController();
    const etl = await seconds(async () => {
      await loadDataset(folder, new Bucket(client, "ours"), false, noProgress, signal);
    });
    const awsCli = isInstalled("aws")
      ? await seconds(() => run("aws", ["s3", "sync", "--quiet", folder, "s3://theirs"], endpoint))
      : undefined;
    return { etl, awsCli };
  } finally {
    moto.kill();
  }
}

function isInstalled(command: string): boolean {
  return spawnSync(command, ["--help"], { stdio: "ignore" }).error === undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function untilReady(endpoint: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) {
      break;
    }
    try {
      await fetch(endpoint);
      return;
    } catch {
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  throw new Error("moto_server does not start");
}

function run(command: string, args: readonly string[], endpoint: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...CREDENTIALS, AWS_ENDPOINT_URL: endpoint };
    spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], env })
      .on("error", reject)
      .on("close", (code) => {
        if (code === 0) {
          resolve();
        } else {
          reject(new Error(`${command} ended with code ${code}`));
        }
      });
  });
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
