import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { region } from "../infra/account";
import { DataKey } from "../infra/dataKey";
import { PrivateBucket } from "../infra/privateBucket";
import type { Statement } from "../infra/serviceRole";

const KEY_ALIAS = "alias/pulumi-secrets";

/**
 * Where the state of all stacks is, with its history, and the key for the secrets in it. Both are
 * protected: without them nobody knows any more what there is in the account.
 */
export class StateBackend extends pulumi.ComponentResource {
  /** For `pulumi login`. */
  readonly url: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. */
  readonly secretsProvider: pulumi.Output<string>;

  private readonly bucketArn: pulumi.Output<string>;
  private readonly key: DataKey;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:bootstrap:StateBackend", name, {}, opts);
    const child = { parent: this, protect: true };

    this.key = new DataKey(name, child);
    new aws.kms.Alias(name, { name: KEY_ALIAS, targetKeyId: this.key.arn }, child);
    const bucket = new PrivateBucket(
      name,
      { key: this.key, keepObjects: true, expirationDays: {} },
      child,
    );

    this.bucketArn = bucket.arn;
    this.url = pulumi.interpolate`s3://${bucket.name}?region=${region()}`;
    this.secretsProvider = pulumi.interpolate`awskms://${KEY_ALIAS}?region=${region()}`;
    this.registerOutputs({ url: this.url, secretsProvider: this.secretsProvider });
  }

  /** Lets a role read every state, and the secrets in it. */
  read(): readonly Statement[] {
    return [
      { actions: ["s3:ListBucket"], resources: [this.bucketArn] },
      { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${this.bucketArn}/.pulumi/*`] },
      // Of the objects, and of the secrets in them, which S3 knows nothing of.
      { actions: ["kms:Decrypt"], resources: [this.key.arn] },
    ];
  }

  /**
   * Lets a role update one stack, and read all of them. The paths are those of Pulumi's own backend:
   * `.pulumi/stacks/<project>/<stack>.json`, `.pulumi/history/<project>/<stack>/`, and the same for
   * backups and locks (`pkg/backend/diy/store.go` and `lock.go` in pulumi/pulumi).
   */
  update(project: string, stack: string): readonly Statement[] {
    const within = (path: string) =>
      pulumi.interpolate`${this.bucketArn}/.pulumi/*/${project}/${path}`;
    return [
      ...this.read(),
      {
        actions: ["s3:PutObject", "s3:DeleteObject"],
        resources: [within(`${stack}.json*`), within(`${stack}/*`)],
      },
      { actions: ["kms:Encrypt", "kms:GenerateDataKey"], resources: [this.key.arn] },
    ];
  }
}
