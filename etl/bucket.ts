import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { BucketError } from "./errors";

/** What a listing tells about an object. */
export interface RemoteObject {
  readonly bytes: number;
  /** Hexadecimal MD5 for an object uploaded in one part and not encrypted with a KMS key. */
  readonly etag: string;
}

/** A bucket as the ETL uses it; every method throws {@link BucketError}. */
export class Bucket {
  constructor(
    private readonly client: S3Client,
    readonly name: string,
  ) {}

  /** All objects by key, from one listing. */
  async list(): Promise<ReadonlyMap<string, RemoteObject>> {
    const objects = new Map<string, RemoteObject>();
    let token: string | undefined;
    do {
      const page = await this.explained("list", () =>
        this.client.send(new ListObjectsV2Command({ Bucket: this.name, ContinuationToken: token })),
      );
      for (const { Key, Size, ETag } of page.Contents ?? []) {
        objects.set(Key ?? "", { bytes: Size ?? 0, etag: (ETag ?? "").replaceAll('"', "") });
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return objects;
  }

  /**
   * Uploads an object; S3 refuses it if it did not arrive as it was sent.
   * @param md5 of the body, hexadecimal
   * @param crc32 of the body
   */
  async put(key: string, body: Buffer, md5: string, crc32: number): Promise<void> {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32);
    await this.explained(`write ${key} to`, () =>
      this.client.send(
        new PutObjectCommand({
          Bucket: this.name,
          Key: key,
          Body: body,
          ContentType: contentType(key),
          ContentMD5: Buffer.from(md5, "hex").toString("base64"),
          ChecksumCRC32: checksum.toString("base64"),
        }),
      ),
    );
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
      return "Grant s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject on it.";
    case "CredentialsProviderError":
      return "Give credentials, for example with AWS_PROFILE.";
    default:
      return "Run the same command again: what is already there is not sent twice.";
  }
}

function contentType(key: string): string {
  const types: Readonly<Record<string, string>> = {
    json: "application/json",
    lst: "text/tab-separated-values",
    png: "image/png",
  };
  return types[key.slice(key.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
