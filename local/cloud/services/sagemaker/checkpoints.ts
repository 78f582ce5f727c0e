/** SageMaker's part of a job's checkpoints: a folder of the container and a prefix in S3, kept alike. */
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { downloadPrefix, parseS3Uri } from "./objects";

export class Checkpoints {
  private readonly bucket: string;
  private readonly prefix: string;
  /** When the file that was sent last was written, by name. */
  private readonly sent = new Map<string, number>();
  private sending = Promise.resolve();

  private constructor(
    private readonly s3: S3Client,
    uri: string,
    private readonly folder: string,
  ) {
    const { bucket, key } = parseS3Uri(`${uri.replace(/\/$/, "")}/`);
    this.bucket = bucket;
    this.prefix = key;
  }

  /** Brings what an earlier run left below `uri` into a folder, which is made. */
  static async open(s3: S3Client, uri: string, folder: string): Promise<Checkpoints> {
    const checkpoints = new Checkpoints(s3, uri, folder);
    await mkdir(folder, { recursive: true });
    await downloadPrefix(s3, `s3://${checkpoints.bucket}/${checkpoints.prefix}`, folder);
    for (const [name, written] of await checkpoints.files()) {
      checkpoints.sent.set(name, written);
    }
    return checkpoints;
  }

  /** How many files were sent. */
  count = 0;

  /** Sends what was written since the last time. @throws what S3 answers, to whoever asks next, too */
  send(): Promise<void> {
    this.sending = this.sending.then(() => this.sendNew());
    return this.sending;
  }

  private async sendNew(): Promise<void> {
    for (const [name, written] of await this.files()) {
      if (this.sent.get(name) !== written) {
        const Body = await readFile(path.join(this.folder, name));
        await this.s3.send(
          new PutObjectCommand({ Bucket: this.bucket, Key: this.prefix + name, Body }),
        );
        this.sent.set(name, written);
        this.count += 1;
      }
    }
  }

  /** The files that are whole, with the time at which each was written. */
  private async files(): Promise<[name: string, written: number][]> {
    const names = (await readdir(this.folder)).filter((name) => !name.endsWith(".part"));
    return Promise.all(
      names.map(async (name): Promise<[string, number]> => {
        const { mtimeMs } = await stat(path.join(this.folder, name));
        return [name, mtimeMs];
      }),
    );
  }
}
