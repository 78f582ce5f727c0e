/** Calls of AWS that make, change or undo what policies judge, and how scripts spell them. */
import { isLike } from "./glob";

/** As `service:action`. */
const MAKING = [
  "sagemaker:create*",
  "sagemaker:update*",
  "sagemaker:delete*",
  "sagemaker:registerDevices",
  "applicationautoscaling:putScheduledAction",
  "applicationautoscaling:registerScalableTarget",
  "backup:putBackupVaultAccessPolicy",
  "cloudcontrol:*",
  "cloudformation:create*",
  "cloudformation:execute*",
  "cloudformation:update*",
  "cloudtrail:deleteTrail",
  "cloudtrail:stopLogging",
  "cloudtrail:updateTrail",
  "codebuild:create*",
  "codebuild:update*",
  "dynamodb:putResourcePolicy",
  "ec2:modifyImageAttribute",
  "ec2:modifySnapshotAttribute",
  "ecr:create*",
  "ecr:put*Configuration",
  "ecr:put*Policy",
  "ecr:putImageTagMutability",
  "ecr:setRepositoryPolicy",
  "ecrpublic:create*",
  "ecrpublic:setRepositoryPolicy",
  "efs:putFileSystemPolicy",
  "events:put*Permission",
  "events:putTargets",
  "glue:putResourcePolicy",
  "iam:add*",
  "iam:attach*",
  "iam:create*",
  "iam:delete*",
  "iam:detach*",
  "iam:put*",
  "iam:remove*",
  "iam:set*",
  "iam:update*",
  "kinesis:putResourcePolicy",
  "kms:create*",
  "kms:disable*",
  "kms:put*",
  "kms:scheduleKeyDeletion",
  "lakeformation:grantPermissions",
  "lambda:add*permission",
  "lambda:create*",
  "lambda:putResourcePolicy",
  "lambda:update*",
  "logs:put*Policy",
  "logs:putSubscriptionFilter",
  "opensearch:updateDomainConfig",
  "organizations:attach*",
  "organizations:create*",
  "organizations:delete*",
  "organizations:detach*",
  "organizations:leave*",
  "organizations:put*",
  "organizations:update*",
  "ram:associateResourceShare",
  "ram:createResourceShare",
  "rds:modify*SnapshotAttribute",
  "s3:createAccessPoint",
  "s3:createBucket",
  "s3:deleteBucket*",
  "s3:deletePublicAccessBlock",
  "s3:put*acl",
  "s3:putBucket*",
  "s3:putPublicAccessBlock",
  "s3control:create*",
  "s3control:delete*",
  "s3control:put*",
  "s3tables:put*",
  "scheduler:create*",
  "scheduler:update*",
  "secretsmanager:putResourcePolicy",
  "servicecatalog:provisionProduct",
  "sfn:create*",
  "sfn:update*",
  "sns:addPermission",
  "sns:setTopicAttributes",
  "sqs:addPermission",
  "sqs:setQueueAttributes",
  "ssm:modifyDocumentPermission",
].map((call) => call.toLowerCase().split(":") as [service: string, action: string]);

/** What services are called besides, on the command line. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  s3: ["s3", "s3api"],
  sfn: ["sfn", "stepfunctions"],
};

/** @param call as `service:action`, in any case */
export function isMakingCall(call: string): boolean {
  const [service, action = ""] = call.toLowerCase().split(":");
  return MAKING.some(([of, form]) => of === service && isLike(action, form));
}

/** What makes whatever a template, or a program of its own, says. */
const TOOLS =
  /\b(cloudformation|terraform|tofu|cdk|cdktf|sam|sls|serverless|pulumi|chalice)\s+(-\S+\s+([^-\s]\S*\s+)?){0,4}(apply|deploy|up|destroy)\b/;

/** What may be a script by itself, for `base64 -d | sh`. */
const ENCODED = /[A-Za-z0-9+/]{16,}/g;

/**
 * Whether a script makes such a call: by the command line (`aws sagemaker create-endpoint`), by a
 * library (`create_endpoint`, `CreateEndpointCommand`), or by a tool. A service counts if it is
 * named anywhere in the script.
 */
export function makesCalls(script: string): boolean {
  const encoded = script.match(ENCODED) ?? [];
  const texts = [script, ...encoded.map((text) => Buffer.from(text, "base64").toString("latin1"))];
  return texts.some(isMaking);
}

function isMaking(script: string): boolean {
  if (TOOLS.test(script)) {
    return true;
  }
  const words = new Set(script.toLowerCase().match(/[a-z0-9]+/g));
  const forms = MAKING.filter(
    ([service]) => NAMES[service]?.some((name) => words.has(name)) ?? words.has(service),
  );
  // Of several words, as actions are; options of a command begin with hyphens.
  const actions = new Set(script.match(/(?<![\w-])[A-Za-z][\w-]*/g));
  return [...actions]
    .filter((name) => /[a-z][A-Z_-]/.test(name))
    .map((name) =>
      name
        .replace(/[_-]/g, "")
        .replace(/Command$/, "")
        .toLowerCase(),
    )
    .some((action) => forms.some(([, form]) => isLike(action, form)));
}
