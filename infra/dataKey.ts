import * as pulumi from "@pulumi/pulumi";
import { accountId, dnsSuffix, partition, region } from "./account";
import * as aws from "./aws";
import type { Statement } from "./serviceRole";

/**
 * The one key under which images, models and captured traffic are stored. Who may use it is
 * decided by roles alone: the key's own policy leaves it to the account's identity policies, and
 * each role that needs it has one of the statements below. Without the key, what is in the buckets
 * cannot be read any more: in production it is made with the option `protect`.
 */
export class DataKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:DataKey", name, {}, opts);

    const key = new aws.kms.Key(
      name,
      {
        description: "Data of the image classification workflow",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: pulumi.jsonStringify(keyPolicy()),
      },
      { parent: this },
    );

    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }

  /** Lets a role read objects that are encrypted with the key. */
  read(): Statement {
    return this.through("s3", ["kms:Decrypt"]);
  }

  /** Lets a role write objects that are encrypted with the key. */
  write(): Statement {
    return this.through("s3", ["kms:GenerateDataKey"]);
  }

  /**
   * The same for a role of SageMaker, whose documentation asks for `kms:Encrypt` besides
   * (`OutputDataConfig` in the API reference), although S3 itself does not.
   */
  writeBySageMaker(): Statement {
    return this.through("s3", ["kms:GenerateDataKey", "kms:Encrypt"]);
  }

  /** Lets a role publish on a topic that is encrypted with the key. */
  publish(): Statement {
    return this.through("sns", ["kms:GenerateDataKey", "kms:Decrypt"]);
  }

  /**
   * Lets a role give the key to services that encrypt volumes for it ("SageMaker Roles:
   * CreateTrainingJob").
   */
  grantToServices(): Statement {
    return {
      actions: ["kms:CreateGrant"],
      resources: [this.arn],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    };
  }

  /** A service uses the key in the name of whoever uses the service, and for nothing else. */
  private through(service: "s3" | "sns", actions: readonly string[]): Statement {
    return {
      actions,
      resources: [this.arn],
      conditions: {
        StringEquals: {
          "kms:ViaService": pulumi.interpolate`${service}.${region()}.${dnsSuffix()}`,
        },
      },
    };
  }
}

/** In a key policy `*` is the key itself ("Default key policy", AWS KMS Developer Guide). */
function keyPolicy() {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "LeaveItToIdentityPolicies",
        Effect: "Allow",
        Principal: { AWS: pulumi.interpolate`arn:${partition()}:iam::${accountId()}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
}
