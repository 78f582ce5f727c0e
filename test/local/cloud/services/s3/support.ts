import { S3Client } from "@aws-sdk/client-s3";
import { Gateway } from "../../../../../local/cloud/gateway";
import { Authority, LOCAL_ACCOUNT_ID, type Credentials } from "../../../../../local/cloud/iam";
import { S3Service } from "../../../../../local/cloud/services/s3";

export const BUCKET = "photos";
const ROLE_ARN = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/reader`;
const SERVICE_PRINCIPAL = "lambda.amazonaws.com";

/** An S3 with one bucket behind a gateway, and clients for whoever needs one. */
export class RunningS3 {
  readonly authority = new Authority(LOCAL_ACCOUNT_ID);
  readonly s3 = new S3Service();
  /** What the gateway called a bug. */
  readonly bugs: Error[] = [];
  readonly gateway = new Gateway(this.authority, (bug) => this.bugs.push(bug));
  endpoint = "";
  private readonly clients: S3Client[] = [];

  static async start(): Promise<RunningS3> {
    const running = new RunningS3();
    running.s3.createBucket(BUCKET);
    running.gateway.register("s3", running.s3);
    running.endpoint = await running.gateway.start();
    return running;
  }

  async stop(): Promise<void> {
    this.clients.forEach((client) => {
      client.destroy();
    });
    await this.gateway.stop();
  }

  client(credentials: Credentials = this.authority.deployer): S3Client {
    const client = new S3Client({
      endpoint: this.endpoint,
      region: "eu-west-1",
      credentials,
      maxAttempts: 1,
    });
    this.clients.push(client);
    return client;
  }

  /** A client of a role that may do just what the statements allow. */
  clientWith(...statements: readonly object[]): S3Client {
    this.authority.putRole(
      ROLE_ARN,
      JSON.stringify({
        Statement: {
          Effect: "Allow",
          Principal: { Service: SERVICE_PRINCIPAL },
          Action: "sts:AssumeRole",
        },
      }),
    );
    this.authority.putRolePolicy(ROLE_ARN, "policy", JSON.stringify({ Statement: statements }));
    return this.client(this.authority.assumeRole(ROLE_ARN, SERVICE_PRINCIPAL));
  }
}

export function allow(action: string | readonly string[], resource: string): object {
  return { Effect: "Allow", Action: action, Resource: resource };
}
