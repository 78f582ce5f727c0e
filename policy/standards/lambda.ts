import { cdkNag, checkov, hub, not, partly, tagged, wholly, type Service } from "./control";

const PUBLIC = "lambda-permission-disallow-public-invocation";
const RUNTIME = "lambda-function-require-current-runtime";
const TRACING = "lambda-function-enable-tracing";

const LIMITED =
  "A principal `*` that is limited to an account, an ARN or an organization passes here.";
const NETWORK =
  "A function in a network is no safer by itself, and needs endpoints for what it calls.";
const LETTERS =
  "Where a failed event goes is not judged: who waits for the answer needs no such queue.";
const CONCURRENCY = "What is reserved for one function is taken from all others of the account.";

export const lambda: Service = {
  name: "Lambda",
  types: /aws_lambda|::Lambda::|::Serverless::Function|serverless_aws/,
  tables: [
    hub("lambda", "Lambda.1 to Lambda.7; there is no Lambda.4.", [
      partly(
        "Lambda.1",
        "Lambda function policies should prohibit public access",
        PUBLIC,
        "A bucket's `sourceArn` passes without `sourceAccount`.",
      ),
      wholly("Lambda.2", "Lambda functions should use supported runtimes", RUNTIME),
      not("Lambda.3", "Lambda functions should be in a VPC", NETWORK),
      not(
        "Lambda.5",
        "VPC Lambda functions should operate in multiple Availability Zones",
        "In which zones subnets are cannot be told from the function.",
      ),
      tagged("Lambda.6", "Lambda functions should be tagged"),
      wholly("Lambda.7", "Lambda functions should have AWS X-Ray active tracing enabled", TRACING),
    ]),
    checkov([
      partly(
        "CKV_AWS_45",
        "There are no hard-coded secrets in a function's environment",
        "lambda-function-disallow-secrets-in-environment",
        "Secrets are told by names of variables and by forms of tokens, in other ways than checkov's.",
      ),
      wholly("CKV_AWS_50", "X-Ray tracing is enabled for a function", TRACING),
      not("CKV_AWS_115", "A function has a limit of concurrent executions", CONCURRENCY),
      not("CKV_AWS_116", "A function has a dead letter queue", LETTERS),
      not("CKV_AWS_117", "A function is inside a VPC", NETWORK),
      not(
        "CKV_AWS_173",
        "The environment of a function is encrypted with a KMS key",
        "Lambda encrypts it with a key of its own, and secrets in it are refused.",
      ),
      partly(
        "CKV_AWS_258",
        "The `AuthType` of a function's URL is not `NONE`",
        PUBLIC,
        "URLs that its setting `pages` names pass.",
      ),
      not(
        "CKV_AWS_272",
        "A function validates the signature of its code",
        "Who signs is not known.",
      ),
      partly("CKV_AWS_301", "A function is not publicly accessible", PUBLIC, LIMITED),
      wholly("CKV_AWS_363", "The runtime of a function is not deprecated", RUNTIME),
      wholly(
        "CKV_AWS_364",
        "Permissions of services are limited by `SourceArn` or `SourceAccount`",
        PUBLIC,
      ),
    ]),
    cdkNag([
      partly(
        "AwsSolutions-L1",
        "A function uses the latest version of its runtime",
        RUNTIME,
        "Versions before the latest pass for as long as they are supported.",
      ),
      partly("LambdaFunctionPublicAccessProhibited", "No permission is public", PUBLIC, LIMITED, [
        ...["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"],
      ]),
      not("LambdaInsideVPC", "A function is inside a VPC", NETWORK, [
        ...["HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321"],
      ]),
      not("LambdaConcurrency", "A function has a limit of concurrent executions", CONCURRENCY, [
        ...["HIPAA.Security", "NIST.800.53.R5"],
      ]),
      not("LambdaDLQ", "A function has a dead letter queue", LETTERS, [
        ...["HIPAA.Security", "NIST.800.53.R5", "Serverless"],
      ]),
      not(
        "LambdaAsyncFailureDestination",
        "Asynchronous invocations that fail have a destination",
        LETTERS,
        ["Serverless"],
      ),
      not(
        "LambdaEventSourceMappingDestination",
        "Invocations by an event source that fail have a destination",
        LETTERS,
        ["Serverless"],
      ),
      not(
        "LambdaDefaultMemorySize",
        "A function says how much memory it has",
        "Too little memory is seen by whoever tries the function.",
        ["Serverless"],
      ),
      partly(
        "LambdaDefaultTimeout",
        "A function says how long it may take",
        "lambda-function-restrict-timeout",
        "One that says nothing has three seconds, and passes.",
        ["Serverless"],
      ),
      partly(
        "LambdaLatestVersion",
        "A function uses the latest version of its runtime",
        RUNTIME,
        "Versions before the latest pass for as long as they are supported.",
        ["Serverless"],
      ),
      {
        id: "LambdaStarPermissions",
        packs: ["Serverless"],
        title: "The role of a function has no wildcard permissions",
        covered: "partly",
        by: ["iam-policy-disallow-wildcard-actions", "iam-policy-disallow-all-resources"],
        note: "Wildcards within the name of a resource pass.",
      },
      wholly("LambdaTracing", "A function has active tracing", TRACING, ["Serverless"]),
    ]),
  ],
};
