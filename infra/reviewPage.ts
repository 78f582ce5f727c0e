import * as pulumi from "@pulumi/pulumi";
import { ENVIRONMENT } from "../contract/environment";
import { inferenceObjects } from "./inferenceObjects";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import { LambdaFunction } from "./lambdaFunction";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import type { Statement } from "./serviceRole";

export interface ReviewPageArgs {
  /** Has the pictures, what waits, and the answers. */
  readonly bucket: PrivateBucket;
  readonly config: Pick<WorkflowConfig, "workflow" | "dataset" | "observability">;
  /** Where the function runs; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/**
 * The page on which reviewers answer: one function behind a URL that everybody may call, which
 * does nothing without a link that the key has signed. Nobody ever sees the key, AWS KMS has it.
 */
export class ReviewPage extends pulumi.ComponentResource {
  /** Ends in a slash. */
  readonly url: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  /** Name of the role in which the page answers. */
  readonly roleName: pulumi.Output<string>;
  /** ARN of the key that signs links. */
  readonly linkKeyArn: pulumi.Output<string>;

  constructor(name: string, args: ReviewPageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:ReviewPage", name, {}, opts);
    const child = { parent: this };

    const key = new aws.kms.Key(
      `${name}-links`,
      {
        description: "Signs links to reviews",
        keyUsage: "GENERATE_VERIFY_MAC",
        customerMasterKeySpec: "HMAC_256",
        // What it has signed is of no use for longer than a review waits.
        deletionWindowInDays: 7,
      },
      child,
    );
    const lambda = makeFunction(name, args, key, child);
    const url = new aws.lambda.FunctionUrl(
      name,
      { functionName: lambda.name, authorizationType: "NONE" },
      child,
    );
    // Both are asked for ("Control access to Lambda function URLs"); neither lets anybody call the
    // function in another way.
    const open = { function: lambda.name, principal: "*" };
    new aws.lambda.Permission(
      `${name}-url`,
      { ...open, action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE" },
      child,
    );
    new aws.lambda.Permission(
      `${name}-invoke`,
      { ...open, action: "lambda:InvokeFunction", invokedViaFunctionUrl: true },
      child,
    );

    this.url = url.functionUrl;
    this.functionName = lambda.name;
    this.roleName = lambda.roleName;
    this.linkKeyArn = key.arn;
    this.registerOutputs({
      url: this.url,
      functionName: this.functionName,
      roleName: this.roleName,
      linkKeyArn: this.linkKeyArn,
    });
  }
}

function makeFunction(
  name: string,
  { bucket, config, placement }: ReviewPageArgs,
  key: aws.kms.Key,
  child: pulumi.ComponentResourceOptions,
): LambdaFunction {
  const statements: readonly Statement[] = [
    { actions: ["kms:GenerateMac", "kms:VerifyMac"], resources: [key.arn] },
    {
      actions: ["s3:GetObjectVersion"],
      resources: inferenceObjects(bucket, "incoming", "batches"),
    },
    { actions: ["s3:GetObject"], resources: inferenceObjects(bucket, "waiting", "answers") },
    { actions: ["s3:PutObject"], resources: inferenceObjects(bucket, "answers") },
    // To see what else waits, and that an answer is not there.
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
    bucket.key.read(),
    bucket.key.write(),
  ];
  return new LambdaFunction(
    name,
    {
      source: "review-page",
      environment: {
        [ENVIRONMENT.bucketName]: bucket.name,
        [ENVIRONMENT.classNames]: JSON.stringify(config.dataset.classes),
        [ENVIRONMENT.maxPixels]: String(config.workflow.maxPixels),
        [ENVIRONMENT.reviewKey]: key.arn,
      },
      statements,
      memorySize: 1536,
      timeoutSeconds: 30,
      logRetentionDays: config.observability.logRetentionDays,
      placement,
    },
    child,
  );
}
