/** What lies in the inference bucket: versions of images, and the records of what became of them. */
import {
  paginateListObjectsV2,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { findText } from "../common/objectText";
import { failureRecordKey, recordKey, recordPrefix } from "../common/recordKey";
import { RecordError } from "../common/recordError";
import { parseRecord } from "../common/records";
import { INFERENCE_PREFIXES, type ImageReference } from "../contract/inference";

export type ImageVersion = Pick<ImageReference, "key" | "versionId">;

export interface ListedVersion extends ImageVersion {
  readonly isCurrent: boolean;
  readonly size: number;
  readonly modified: Date;
}

/** All versions of all objects under a prefix, in the order of their keys. */
export async function* versionsUnder(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
): AsyncGenerator<ListedVersion> {
  let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix, ...from }),
    );
    for (const { Key, VersionId, IsLatest, Size, LastModified } of page.Versions ?? []) {
      yield {
        ...{ key: Key ?? "", versionId: VersionId ?? "null" },
        isCurrent: IsLatest === true,
        size: Size ?? 0,
        modified: LastModified ?? new Date(0),
      };
    }
    const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    from =
      page.IsTruncated === true && KeyMarker !== undefined
        ? { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) }
        : undefined;
  }
}

/** The same of what is there now. */
export async function* currentVersions(
  s3: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<ListedVersion> {
  for await (const version of versionsUnder(s3, bucket, prefix)) {
    if (version.isCurrent) {
      yield version;
    }
  }
}

/** Whether an object is a folder made in the console: empty, with a name that ends in a slash. */
export function isFolder({ key, size }: { readonly key: string; readonly size: number }): boolean {
  return size === 0 && key.endsWith("/");
}

const verdict = z.object({
  verdict: z.enum(["accepted", "review"]),
  label: z.string(),
  confidence: z.number(),
  threshold: z.number(),
  scores: z.record(z.string(), z.number()),
});
const failure = z
  .object({ error: z.string(), cause: z.string().default("") })
  .transform((fields) => ({ verdict: "failed" as const, ...fields }));

type SoundEnding = z.infer<typeof verdict> | z.infer<typeof failure>;

/** The record is there, but is not what the state machine writes. */
interface Damage {
  readonly verdict: "damaged";
  /** What is wrong with it. */
  readonly error: string;
}

/** What became of one version of an image, as its record tells it. */
export type Ending = (SoundEnding | Damage) & {
  /** Its key. */
  readonly record: string;
};

/** Which images have a record, told by the keys of all records under some prefixes. */
export class Records {
  private constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly keys: ReadonlySet<string>,
  ) {}

  /** Lists the records of images whose keys begin with the prefix. */
  static async under(s3: S3Client, bucket: string, prefix: string): Promise<Records> {
    const { accepted, review, failed } = INFERENCE_PREFIXES;
    const keys = new Set<string>();
    for (const kind of [accepted, review, failed]) {
      const input = { Bucket: bucket, Prefix: recordPrefix(kind, prefix) };
      for await (const page of paginateListObjectsV2({ client: s3 }, input)) {
        for (const { Key } of page.Contents ?? []) {
          if (Key !== undefined) {
            keys.add(Key);
          }
        }
      }
    }
    return new Records(s3, bucket, keys);
  }

  /**
   * Key of the record of an image. A verdict stands, whatever failed before: of an image that was
   * replayed there are both.
   */
  async keyOf(image: ImageVersion): Promise<string | undefined> {
    const { accepted, review } = INFERENCE_PREFIXES;
    const failed = failureRecordKey(image);
    const candidates = [recordKey(accepted, image), recordKey(review, image), failed];
    const found = candidates.find((key) => this.keys.has(key));
    // A hash is not under the prefix that was listed.
    if (found !== undefined || failed.includes(image.key)) {
      return found;
    }
    return (await this.find(failed)) === undefined ? undefined : failed;
  }

  /** @returns nothing where there is no record */
  async endingOf(image: ImageVersion): Promise<Ending | undefined> {
    const record = await this.keyOf(image);
    const text = record === undefined ? undefined : await this.find(record);
    if (record === undefined || text === undefined) {
      return undefined;
    }
    const isFailure = record.startsWith(INFERENCE_PREFIXES.failed);
    try {
      return { ...parseRecord<SoundEnding>(isFailure ? failure : verdict, record, text), record };
    } catch (error) {
      if (!(error instanceof RecordError)) {
        throw error;
      }
      return { verdict: "damaged", error: error.problem, record };
    }
  }

  private find(key: string): Promise<string | undefined> {
    return findText(this.s3, this.bucket, key);
  }
}
