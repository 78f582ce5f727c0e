/** Endpoint configurations and endpoints. */
import { UNKNOWN, subject, withValue, without, type Subject } from "../../support/policy";
import {
  add,
  both,
  drop,
  edit,
  honest,
  INFERENCE_BUCKET,
  inPlace,
  mutations,
  remove,
  set,
  withBucketName,
  type Change,
  type Mutation,
} from "./mutation";

const CONFIGURATION = ["EndpointConfiguration", "hosting"] as const;
const CAPTURE = "dataCaptureConfig";
const VARIANT = "productionVariants[0]";
const ELSEWHERE = "sagemaker-endpoint-configuration-restrict-destinations";
const APPROVED_ELSEWHERE = "s3://elsewhere/Project_2_Extended/data_capture";

/** A second configuration beside the first: the stack as a whole still captures. */
const second = (change: (copy: Subject) => Subject) =>
  edit(...CONFIGURATION, (found) => [
    found,
    change({
      ...("name" in found.props ? withValue(found, "name", "second-1a2b3c4") : found),
      name: "second",
      urn: `${found.urn}-second`,
    }),
  ]);

/** The program reads its endpoint's configuration, which another one has made. */
const onlyRead =
  (change: (found: Subject) => Subject): Change =>
  (subjects, side) =>
    edit(...CONFIGURATION, (found) => (side === "inputs" ? [] : [change(found)]))(subjects, side);

const ENDPOINT = ["Endpoint", "hosting"] as const;
const ROLLBACK = "deploymentConfig.autoRollbackConfiguration";

export const sagemaker: readonly Mutation[] = [
  ...mutations("sagemaker-endpoint-configuration-enable-capture", {
    "capture switched off": second((copy) => withValue(copy, `${CAPTURE}.enableCapture`, false)),
    "capture not switched on": second((copy) => without(copy, `${CAPTURE}.enableCapture`)),
    "capture not configured": second((copy) => without(copy, CAPTURE)),
    "capture switched on by a text": second((copy) =>
      withValue(copy, `${CAPTURE}.enableCapture`, "true"),
    ),
  }),
  ...mutations("sagemaker-stack-require-captured-endpoint", {
    "an endpoint without its configuration": remove(...CONFIGURATION),
    "an endpoint that names a configuration by a plain text": edit(...ENDPOINT, (found) => [
      inPlace(withValue(found, "endpointConfigName", "elsewhere"), "endpointConfigName"),
    ]),
    "an endpoint that names no configuration": edit(...ENDPOINT, (found) => [
      inPlace(without(found, "endpointConfigName"), "endpointConfigName"),
    ]),
    "a second endpoint with a foreign configuration": edit(...ENDPOINT, (found) => [
      found,
      inPlace(
        {
          ...withValue(found, "endpointConfigName", "elsewhere"),
          name: "second",
          urn: `${found.urn}-second`,
        },
        "endpointConfigName",
      ),
    ]),
    "an endpoint with a configuration of others that samples 1%": onlyRead((found) =>
      withValue(found, `${CAPTURE}.initialSamplingPercentage`, 1),
    ),
    "an endpoint with a configuration of others that records requests only": onlyRead((found) =>
      without(found, `${CAPTURE}.captureOptions[1]`),
    ),
    "an endpoint with a configuration of others that records nothing": onlyRead((found) =>
      withValue(found, `${CAPTURE}.captureOptions`, []),
    ),
    "an endpoint with a configuration of others that captures elsewhere": withBucketName(
      onlyRead((found) =>
        withValue(found, `${CAPTURE}.destinationS3Uri`, `s3://${INFERENCE_BUCKET}/captures`),
      ),
    ),
    "an endpoint with a configuration of others that does not capture": onlyRead((found) =>
      withValue(found, `${CAPTURE}.enableCapture`, false),
    ),
  }),
  ...honest({
    "an endpoint with a configuration of others that captures everything": onlyRead(
      (found) => found,
    ),
  }),
  ...mutations("sagemaker-endpoint-configuration-disallow-serverless", {
    "a serverless variant": edit(...CONFIGURATION, (found) => [
      withValue(found, VARIANT, {
        variantName: "AllTraffic",
        serverlessConfig: { maxConcurrency: 1, memorySizeInMb: 1024 },
      }),
    ]),
    "a serverless shadow": set(...CONFIGURATION, "shadowProductionVariants", [
      { serverlessConfig: { maxConcurrency: 1, memorySizeInMb: 1024 } },
    ]),
  }),
  ...mutations("sagemaker-endpoint-configuration-disallow-shell-access", {
    "a shell where the model serves": set(...CONFIGURATION, `${VARIANT}.enableSsmAccess`, true),
    "a shell by a text": set(...CONFIGURATION, `${VARIANT}.enableSsmAccess`, "true"),
  }),
  ...mutations("sagemaker-endpoint-configuration-restrict-destinations", {
    "captures in a foreign bucket with a key": edit(...CONFIGURATION, (found) => [
      inPlace(
        withValue(
          withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE),
          `${CAPTURE}.kmsKeyId`,
          "alias/data",
        ),
        CAPTURE,
      ),
    ]),
    // A bucket of the stack that has no name yet says nothing of a place that is known.
    "captures in a foreign bucket, made beside one of the stack": set(
      ...CONFIGURATION,
      `${CAPTURE}.destinationS3Uri`,
      APPROVED_ELSEWHERE,
    ),
    "core dumps in a foreign bucket": set(...CONFIGURATION, `${VARIANT}.coreDumpConfig`, {
      destinationS3Uri: "s3://elsewhere/dumps",
    }),
    "asynchronous answers in a foreign bucket": set(...CONFIGURATION, "asyncInferenceConfig", {
      outputConfig: { s3OutputPath: "s3://elsewhere/answers" },
    }),
    "asynchronous failures in a foreign bucket": set(...CONFIGURATION, "asyncInferenceConfig", {
      outputConfig: { s3FailurePath: "s3://elsewhere/failures" },
    }),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-full-sampling", {
    "99% of the requests captured": set(
      ...CONFIGURATION,
      `${CAPTURE}.initialSamplingPercentage`,
      99,
    ),
    "no share of the requests captured": drop(
      ...CONFIGURATION,
      `${CAPTURE}.initialSamplingPercentage`,
    ),
    "a text for the share": set(...CONFIGURATION, `${CAPTURE}.initialSamplingPercentage`, "100"),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-input-and-output", {
    "requests only": drop(...CONFIGURATION, `${CAPTURE}.captureOptions[1]`),
    "answers only": set(...CONFIGURATION, `${CAPTURE}.captureOptions`, [{ captureMode: "Output" }]),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-capture-prefix", {
    "captures under another prefix": withBucketName(
      set(...CONFIGURATION, `${CAPTURE}.destinationS3Uri`, `s3://${INFERENCE_BUCKET}/captures`),
    ),
    "captures under a prefix that begins alike": withBucketName(
      set(
        ...CONFIGURATION,
        `${CAPTURE}.destinationS3Uri`,
        `s3://${INFERENCE_BUCKET}/Project_2_Extended/data_capture_old`,
      ),
    ),
    "captures nowhere": drop(...CONFIGURATION, `${CAPTURE}.destinationS3Uri`),
  }),
  ...mutations(
    [
      "sagemaker-endpoint-configuration-require-encrypted-capture",
      ELSEWHERE,
      "iam-document-restrict-accounts",
    ],
    {
      "captures in a foreign bucket with the key of another account": edit(
        ...CONFIGURATION,
        (found) => [
          inPlace(
            withValue(
              withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE),
              `${CAPTURE}.kmsKeyId`,
              "arn:aws:kms:eu-west-1:999999999999:key/1",
            ),
            CAPTURE,
          ),
        ],
      ),
    },
  ),
  ...mutations("iam-document-restrict-accounts", {
    "captures with the key of another account": set(
      ...CONFIGURATION,
      `${CAPTURE}.kmsKeyId`,
      "arn:aws:kms:eu-west-1:999999999999:key/1",
    ),
  }),
  ...mutations(["sagemaker-endpoint-configuration-require-encrypted-capture", ELSEWHERE], {
    "captures in a foreign bucket without a key": edit(...CONFIGURATION, (found) => {
      const elsewhere = withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE);
      return [inPlace(without(elsewhere, `${CAPTURE}.kmsKeyId`), CAPTURE)];
    }),
    "captures in a foreign bucket with an empty key": edit(...CONFIGURATION, (found) => {
      const elsewhere = withValue(found, `${CAPTURE}.destinationS3Uri`, APPROVED_ELSEWHERE);
      return [inPlace(withValue(elsewhere, `${CAPTURE}.kmsKeyId`, ""), CAPTURE)];
    }),
  }),
  ...mutations("sagemaker-endpoint-configuration-require-encryption", {
    "volumes of an endpoint without a key": drop(...CONFIGURATION, "kmsKeyArn"),
    "volumes of an endpoint with an empty key": set(...CONFIGURATION, "kmsKeyArn", ""),
    "volumes of an endpoint with AWS's own key": set(
      ...CONFIGURATION,
      "kmsKeyArn",
      "alias/aws/ebs",
    ),
    "volumes of a second endpoint without a key": second((copy) => without(copy, "kmsKeyArn")),
  }),
  ...mutations("iam-document-restrict-accounts", {
    "volumes of an endpoint with the key of another account": set(
      ...CONFIGURATION,
      "kmsKeyArn",
      "arn:aws:kms:eu-west-1:999999999999:key/1",
    ),
  }),
  ...honest(
    {
      "an endpoint on disks of its own, which take no key": edit(...CONFIGURATION, (found) => [
        withValue(without(found, "kmsKeyArn"), `${VARIANT}.instanceType`, "ml.g5.xlarge"),
      ]),
    },
    {
      configs: {
        "sagemaker-endpoint-configuration-restrict-instance-types": { allowed: ["ml.g5.xlarge"] },
      },
    },
  ),
  ...mutations("sagemaker-endpoint-configuration-restrict-instance-types", {
    "a smaller instance": set(...CONFIGURATION, `${VARIANT}.instanceType`, "ml.m5.large"),
    "no instance type": drop(...CONFIGURATION, `${VARIANT}.instanceType`),
    "a shadow on a large instance": set(...CONFIGURATION, "shadowProductionVariants", [
      { instanceType: "ml.p4d.24xlarge", initialInstanceCount: 1 },
    ]),
  }),
  ...mutations("sagemaker-endpoint-configuration-restrict-instance-counts", {
    "no instance": set(...CONFIGURATION, `${VARIANT}.initialInstanceCount`, 0),
    "five instances": set(...CONFIGURATION, `${VARIANT}.initialInstanceCount`, 5),
    "managed scaling without a maximum": set(
      ...CONFIGURATION,
      `${VARIANT}.managedInstanceScaling`,
      {
        status: "ENABLED",
        minInstanceCount: 1,
      },
    ),
    "managed scaling to a hundred instances": set(
      ...CONFIGURATION,
      `${VARIANT}.managedInstanceScaling`,
      { status: "ENABLED", minInstanceCount: 1, maxInstanceCount: 100 },
    ),
    "scaled to a hundred instances by the clock": add(
      subject("aws:appautoscaling/scheduledAction:ScheduledAction", {
        serviceNamespace: "sagemaker",
        scalableTargetAction: { maxCapacity: "100" },
      }),
    ),
    "a hundred instances kept by the clock": add(
      subject("aws:appautoscaling/scheduledAction:ScheduledAction", {
        serviceNamespace: "sagemaker",
        scalableTargetAction: { minCapacity: 100, maxCapacity: 2 },
      }),
    ),
    "scaled to a hundred instances": add(
      subject("aws:appautoscaling/target:Target", {
        serviceNamespace: "sagemaker",
        minCapacity: 1,
        maxCapacity: 100,
      }),
    ),
  }),
  ...mutations("sagemaker-endpoint-configuration-disallow-fixed-name", {
    "a fixed name": both(
      set(...CONFIGURATION, "name", "hosting"),
      set(...ENDPOINT, "endpointConfigName", "hosting"),
    ),
  }),
  ...mutations(
    "sagemaker-endpoint-configuration-disallow-fixed-name",
    { "a name made from something else": set(...CONFIGURATION, "name", UNKNOWN) },
    { modes: ["preview"] },
  ),
  ...mutations(
    "sagemaker-endpoint-require-rollback-alarms",
    {
      "an empty list of alarms": set(...ENDPOINT, `${ROLLBACK}.alarms`, []),
      "no rollback": drop(...ENDPOINT, ROLLBACK),
      "updates all at once, without guard": drop(...ENDPOINT, "deploymentConfig"),
    },
    { stack: "prod" },
  ),
];
