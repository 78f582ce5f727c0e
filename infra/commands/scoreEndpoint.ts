/**
 * Scores a live endpoint with the held-out images in the dataset bucket, writes what live traffic
 * is later compared with, and prints the result as JSON on standard output; progress goes to
 * standard error. Exit code 0 only when the accuracy is not below the floor.
 *
 * Usage: node --import tsx infra/commands/scoreEndpoint.ts --endpoint NAME --dataset BUCKET
 *          --baseline BUCKET --image-shape 3,HEIGHT,WIDTH [--managed-threshold DISTANCE]
 *          --floor ACCURACY
 *
 * With a threshold it writes the baseline of SageMaker Model Monitor besides.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { z } from "zod";
import { clientSettings } from "../../common/awsClient";
import { forEachConcurrently } from "../../common/concurrency";
import { findHeldOutImages } from "../../common/heldOutImages";
import {
  MAX_PIXELS_RANGE,
  parseImageShape,
  parseNumber,
  type ImageSize,
} from "../../contract/values";
import { normalizeImage } from "../../common/pictures/image";
import { retries } from "../../common/retries";
import { createS3Client } from "../../common/s3";
import { PARITY_INFERENCE_PREFIX } from "../../contract/inference";
import { DRIFT_BASELINE_KEY, MANAGED_SCHEDULE_KEYS } from "../../contract/monitoring";
import { contentHash } from "../naming";
import { imageFeatures } from "../../common/imageFeatures";
import { baselineConstraints, baselineStatistics, type SentPicture } from "./managedBaseline";
import { AccuracyFloorError, driftBaseline, parityReport, type Answer } from "./parityReport";
import { runProgram, UsageError } from "./program";

/** Requests at the same time: keeps one instance busy without queueing at it. */
const CONCURRENCY = 8;

async function main(): Promise<void> {
  const options = readOptions();
  const s3 = createS3Client();
  // Instances that are just up may throttle; a lost answer would fail the whole deployment.
  const runtime = new SageMakerRuntimeClient({
    ...clientSettings(),
    ...retries(6),
  });
  const read = (key: string) => readObject(s3, options.dataset, key);

  const { classes, images } = await findHeldOutImages(read);
  const answers: (Answer & SentPicture)[] = [];
  process.stderr.write(`scoring ${images.length} held-out images at ${options.endpoint}\n`);
  await forEachConcurrently(images, CONCURRENCY, async ({ key, label, read: readImage }) => {
    const image = await normalizeImage(await readImage(), key, {
      size: options.imageShape,
      maxPixels: MAX_PIXELS_RANGE.most,
    });
    const { scores, milliseconds } = await classify(runtime, options.endpoint, key, image);
    if (scores.length !== classes.length) {
      throw new Error(
        `Endpoint ${options.endpoint} knows ${scores.length} classes, the dataset ` +
          `${classes.length} (${classes.join(", ")}): it does not serve the model of this dataset`,
      );
    }
    const sent = { bytes: image.length, size: options.imageShape, features: imageFeatures(image) };
    answers.push({ label, scores, milliseconds, ...sent });
  });

  const report = parityReport(answers, classes);
  if (report.accuracy < options.floor) {
    throw new AccuracyFloorError(report, options.floor);
  }
  const baselines: Record<string, object> = {
    [DRIFT_BASELINE_KEY]: driftBaseline(answers, classes),
  };
  if (options.managedThreshold !== undefined) {
    const statistics = baselineStatistics(answers, classes);
    const constraints = baselineConstraints(statistics, classes, options.managedThreshold);
    baselines[MANAGED_SCHEDULE_KEYS.statistics] = statistics;
    baselines[MANAGED_SCHEDULE_KEYS.constraints] = constraints;
  }
  for (const [Key, content] of Object.entries(baselines)) {
    await s3.send(
      new PutObjectCommand({
        Bucket: options.baseline,
        Key,
        ContentType: "application/json",
        Body: JSON.stringify(content),
      }),
    );
  }
  process.stderr.write(`${report.correct} of ${report.images} right\n`);
  process.stdout.write(JSON.stringify(report));
}

/** @throws Error with the usage unless all options are there */
function readOptions() {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      ...{ endpoint: text, dataset: text, baseline: text, floor: text },
      ...{ "image-shape": text, "managed-threshold": text },
    },
  });
  const options = z
    .object({
      endpoint: z.string(),
      dataset: z.string(),
      baseline: z.string(),
      imageShape: z.string().transform(parseImageShape).pipe(z.custom<ImageSize>(Boolean)),
      floor: z.string().transform(parseNumber).pipe(z.number().max(1)),
      managedThreshold: z.string().transform(parseNumber).pipe(z.number().positive()).optional(),
    })
    .safeParse({
      ...values,
      imageShape: values["image-shape"],
      managedThreshold: values["managed-threshold"],
    });
  if (!options.success) {
    throw new UsageError(
      "usage: scoreEndpoint.ts --endpoint NAME --dataset BUCKET --baseline BUCKET " +
        "--image-shape 3,HEIGHT,WIDTH [--managed-threshold DISTANCE] --floor ACCURACY",
    );
  }
  return options.data;
}

async function readObject(s3: S3Client, bucket: string, key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

const probabilities = z.array(z.number().min(0).max(1)).min(2);

async function classify(
  runtime: SageMakerRuntimeClient,
  endpoint: string,
  key: string,
  image: Buffer,
): Promise<Pick<Answer, "scores" | "milliseconds">> {
  const started = performance.now();
  const { Body } = await runtime.send(
    new InvokeEndpointCommand({
      EndpointName: endpoint,
      Body: image,
      ContentType: "image/png",
      Accept: "application/json",
      // Tells these requests from live traffic in the captured records.
      InferenceId: `${PARITY_INFERENCE_PREFIX}${contentHash(key)}`,
    }),
  );
  const milliseconds = performance.now() - started;
  const answer: unknown = JSON.parse(Buffer.from(Body).toString());
  return { scores: probabilities.parse(answer), milliseconds };
}

if (require.main === module) {
  runProgram(main);
}
