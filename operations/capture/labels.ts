/** What reviewers have said of captured images. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { forEachConcurrently } from "../../common/concurrency";
import type { RecordReader } from "../../common/records";
import { TRANSFERS } from "../../common/s3";
import { INFERENCE_PREFIXES } from "../../contract/inference";

/** What a reviewer has said of the image of an inference. */
export interface Reviewed {
  readonly key: string;
  /** What the model took it for. */
  readonly predicted: string;
  /** The right class; absent when it is none of them. */
  readonly truth?: string | undefined;
}

const answer = z
  .object({
    image: z.object({ key: z.string() }),
    label: z.string().optional(),
    verdict: z.object({ inferenceId: z.string(), label: z.string() }),
  })
  .transform(({ image, label, verdict }) => ({
    inferenceId: verdict.inferenceId,
    reviewed: { key: image.key, predicted: verdict.label, truth: label },
  }));

/** Reads all answers of reviewers, by the inference id of what they reviewed. */
export async function reviewedInferences(
  s3: S3Client,
  bucket: string,
  reader: RecordReader,
): Promise<ReadonlyMap<string, Reviewed>> {
  const inferences = new Map<string, Reviewed>();
  const input = { Bucket: bucket, Prefix: INFERENCE_PREFIXES.labels };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
    await forEachConcurrently(Contents, TRANSFERS, async ({ Key = "" }) => {
      const found = Key.endsWith(".json") ? await reader.read(answer, Key) : undefined;
      if (found !== undefined) {
        inferences.set(found.inferenceId, found.reviewed);
      }
    });
  }
  return inferences;
}
