/** What a training run leaves. */

/** What the training gate prints on standard output, and what the model is made from. */
export interface TrainingResult {
  readonly trainingJobName: string;
  /** `s3://` URI of `model.tar.gz`. */
  readonly modelDataUrl: string;
  /** Final metrics by name, for example `validation:accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly billableSeconds: number;
}
