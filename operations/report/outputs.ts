/** Of a stack's outputs what a report tells, as far as it is there. */
import { z } from "zod";
import { DATASET_FORMATS } from "../../contract/dataset";

const share = z.number().min(0).max(1);
const bySplit = <T extends z.ZodType>(value: T) =>
  z.object({ train: value, validation: value, test: value });

export const reportOutputs = z.object({
  datasetBucket: z.string(),
  datasetSummary: z.object({
    classes: z.array(z.string()),
    format: z.enum(DATASET_FORMATS),
    imageShape: z.tuple([z.number(), z.number(), z.number()]),
    counts: bySplit(z.number()),
    perClass: bySplit(z.record(z.string(), z.number())),
    digest: z.string(),
  }),
  trainingResult: z.object({
    trainingJobName: z.string(),
    modelDataUrl: z.string(),
    metrics: z.record(z.string(), z.number()),
  }),
  /** Null while the endpoint is switched off. */
  parityReport: z
    .object({
      images: z.number(),
      accuracy: share,
      interval: z.object({ low: share, high: share }),
      perClassRecall: z.record(z.string(), share.nullable()),
    })
    .nullable(),
  priceEstimate: z.object({
    currency: z.literal("USD"),
    basis: z.string(),
    region: z.string(),
    monthly: z.object({
      ...{ endpoint: z.number(), encryption: z.number() },
      ...{ monitoring: z.number(), network: z.number() },
    }),
    monthlyTotal: z.number(),
    perThousandImages: z.number(),
    perThousandInBatches: z.number(),
    trainingRunAtMost: z.number(),
    withoutPrice: z.array(z.string()),
  }),
});

export type ReportOutputs = z.infer<typeof reportOutputs>;
