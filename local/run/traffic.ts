/**
 * Sends the dataset's held-out images the way of production: each is uploaded where uploads start
 * the state machine, and judged by what its execution ends with.
 */
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import {
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { forEachConcurrently } from "../../common/concurrency";
import { findHeldOutImages, type HeldOutImage } from "../../common/heldOutImages";
import { INFERENCE_PREFIXES, type Verdict } from "../../contract/inference";
import type { Cloud } from "../cloud";
import { parseS3Uri } from "../cloud/services/sagemaker/objects";
import type { Execution } from "../cloud/services/stepFunctions/service";

/** What became of an image. */
export interface Classification {
  readonly image: HeldOutImage;
  readonly png: Buffer;
  readonly execution: Execution;
  /** Absent when the execution failed. */
  readonly verdict?: Verdict;
}

export interface TrafficOptions {
  readonly cloud: Cloud;
  readonly datasetBucket: string;
  readonly inferenceBucket: string;
  readonly stateMachineArn: string;
  /** How many images to send; all of the test split unless given. */
  readonly images?: number;
  readonly onClassified: (done: number, total: number) => void;
}

/** What an execution begins with, if an upload has started it. */
interface UploadEvent {
  readonly detail?: { readonly object: { readonly key: string } };
}

/** Uploads whose executions run at the same time. */
const CONCURRENCY = 8;

/**
 * Uploads held-out images and waits for the verdict on each.
 * @throws Error when an upload starts no execution
 */
export async function classifyHeldOutImages(
  options: TrafficOptions,
): Promise<readonly Classification[]> {
  const { cloud, datasetBucket, inferenceBucket, stateMachineArn } = options;
  const s3 = new S3Client(cloud.deployerSession());
  try {
    const held = await findHeldOutImages((key) => download(s3, datasetBucket, key));
    const images = takeInTurn(held.images, options.images ?? held.images.length);
    const classifications: Classification[] = [];
    await forEachConcurrently(images, CONCURRENCY, async (image) => {
      const png = await image.read();
      const key = INFERENCE_PREFIXES.incoming + image.key;
      await s3.send(
        new PutObjectCommand({
          Bucket: inferenceBucket,
          Key: key,
          Body: png,
          ContentType: "image/png",
        }),
      );
      const execution = cloud.stepFunctions
        .executions(stateMachineArn)
        .findLast(({ input }) => (input as UploadEvent).detail?.object.key === key);
      if (execution === undefined) {
        throw new Error(`The upload of ${key} to ${inferenceBucket} started no execution`);
      }
      await cloud.stepFunctions.settled(execution);
      classifications.push({
        image,
        png,
        execution,
        ...(execution.status === "SUCCEEDED" ? { verdict: execution.output as Verdict } : {}),
      });
      options.onClassified(classifications.length, images.length);
    });
    const order = new Map(images.map((image, index) => [image, index]));
    const place = ({ image }: Classification) => order.get(image) ?? 0;
    return classifications.sort((one, other) => place(one) - place(other));
  } finally {
    s3.destroy();
  }
}

/** What data capture has written. */
export interface Captured {
  readonly files: number;
  readonly records: number;
  /** Where one of the files is, as an example. */
  readonly example: string | undefined;
}

/**
 * Counts files and records below the destination of an endpoint's data capture.
 * @param destination `s3://` URI; none captures nothing
 */
export async function countCaptured(
  cloud: Cloud,
  destination: string | undefined,
): Promise<Captured> {
  if (destination === undefined) {
    return { files: 0, records: 0, example: undefined };
  }
  const { bucket, key } = parseS3Uri(destination);
  const s3 = new S3Client(cloud.deployerSession());
  try {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2(
      { client: s3 },
      { Bucket: bucket, Prefix: `${key}/` },
    )) {
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    }
    let records = 0;
    for (const file of keys) {
      const lines = (await download(s3, bucket, file)).toString().split("\n").filter(Boolean);
      records += lines.filter((line) => "captureData" in (JSON.parse(line) as object)).length;
    }
    const [example] = keys;
    return {
      files: keys.length,
      records,
      example: example === undefined ? undefined : `s3://${bucket}/${example}`,
    };
  } finally {
    s3.destroy();
  }
}

/** As many as asked for, from each class in turn. */
function takeInTurn(images: readonly HeldOutImage[], count: number): HeldOutImage[] {
  const seen = new Map<number, number>();
  const turns = images.map((image) => {
    const turn = seen.get(image.label) ?? 0;
    seen.set(image.label, turn + 1);
    return { image, turn };
  });
  return turns
    .sort((one, other) => one.turn - other.turn)
    .slice(0, count)
    .map(({ image }) => image);
}

async function download(s3: S3Client, bucket: string, key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) {
    throw new Error(`s3://${bucket}/${key} came without a body`);
  }
  return buffer(Body);
}
