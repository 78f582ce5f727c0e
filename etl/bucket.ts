import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { adviceOnCredentials } from "../common/failure";
import { FunctionError } from "../common/functionError";
import { readImageObject } from "../common/pictures/object";
import { ERRORS } from "../contract/inference";
import { BucketError } from "./errors";

/** What a listing tells about an object. */
export interface RemoteObject {
  readonly bytes: number;
  /** Hexadecimal MD5 for an object uploaded in one part and not encrypted with a KMS key. */
  readonly etag: string;
  /** When it was written. */
  readonly modified: Date;
}

/** A bucket as the ETL uses it; every method throws {@link BucketError}. */
export class Bucket {
  constructor(
    private readonly client: S3Client,
    readonly name: string,
  ) {}

  /** All objects by key, or those under a prefix, from one listing. */
  async list(prefix?: string): Promise<ReadonlyMap<string, RemoteObject>> {
    const objects = new Map<string, RemoteObject>();
    let token: string | undefined;
    do {
      const page = await this.explained("list", () =>
        this.client.send(
          new ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, ContinuationToken: token }),
        ),
      );
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
        objects.set(Key ?? "", {
          bytes: Size ?? 0,
          etag: (ETag ?? "").replaceAll('"', ""),
          modified: LastModified ?? new Date(0),
        });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return objects;
  }

  /**
   * Uploads an object; S3 refuses it if it did not arrive as it was sent.
   * @param md5 of the body, hexadecimal
   * @param sha256 of the body, hexadecimal
   */
  async put(key: string, body: Buffer, md5: string, sha256: string): Promise<void> {
    await this.explained(`write ${key} to`, () =>
      this.client.send(
        new PutObjectCommand({
          Bucket: this.name,
          Key: key,
          Body: body,
          ContentType: contentType(key),
          ContentMD5: Buffer.from(md5, "hex").toString("base64"),
          ChecksumSHA256: Buffer.from(sha256, "hex").toString("base64"),
        }),
      ),
    );
  }

  /** SHA-256 of an object, hexadecimal, where it was uploaded with one. */
  async sha256(key: string): Promise<string | undefined> {
    const { ChecksumSHA256 } = await this.explained(`read ${key} of`, () =>
      this.client.send(
        new HeadObjectCommand({ Bucket: this.name, Key: key, ChecksumMode: "ENABLED" }),
      ),
    );
    return ChecksumSHA256 === undefined
      ? undefined
      : Buffer.from(ChecksumSHA256, "base64").toString("hex");
  }

  /** The bytes of an object, as they come. */
  async *read(key: string): AsyncGenerator<Buffer> {
    const action = `read ${key} of`;
    const { Body } = await this.explained(action, () =>
      this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key })),
    );
    const body = (Body as Readable)[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.explained(action, () => body.next());
      if (next.done === true) {
        return;
      }
      yield next.value as Buffer;
    }
  }

  /**
   * One version of a picture, as the workflow reads it.
   * @throws FunctionError as `readImageObject` says, `ImageNotFoundError` too if there is no such
   *   bucket; BucketError
   */
  async readPicture(key: string, versionId: string): Promise<Buffer> {
    const image = { bucket: this.name, key, versionId };
    const { bytes } = await this.explained(`read version ${versionId} of ${key} in`, () =>
      readImageObject(image, `s3://${this.name}/${key}`, async (input) => {
        try {
          return await this.client.send(new GetObjectCommand(input));
        } catch (error) {
          if (error instanceof Error && error.name === "NoSuchBucket") {
            throw new FunctionError(ERRORS.imageNotFound, error.message, { cause: error });
          }
          throw error;
        }
      }),
    );
    return bytes;
  }

  async delete(key: string): Promise<void> {
    await this.explained(`delete ${key} from`, () =>
      this.client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key })),
    );
  }

  private async explained<Result>(action: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof FunctionError) {
        throw error;
      }
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      throw new BucketError(
        `Cannot ${action} bucket ${this.name}: ${name}: ${message}. ${advice(name)}`,
        { cause: error },
      );
    }
  }
}

function advice(name: string): string {
  switch (name) {
    case "NoSuchBucket":
      return "Create the bucket first, or correct --bucket.";
    case "AccessDenied":
      return (
        "Grant s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject on it, and for the " +
        "pictures of labels s3:GetObjectVersion."
      );
    default:
      return (
        adviceOnCredentials(name) ??
        "Run the same command again: what is already there is not sent twice."
      );
  }
}

function contentType(key: string): string {
  const types: Readonly<Record<string, string>> = {
    idx: "text/tab-separated-values",
    json: "application/json",
    lst: "text/tab-separated-values",
    png: "image/png",
    rec: "application/x-recordio",
  };
  return types[key.slice(key.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
