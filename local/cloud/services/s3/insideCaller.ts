/**
 * S3 as another service of the local cloud calls it in the name of a role. It is asked for the same
 * operations and lets through the same, but there is nobody in between who could forge a request:
 * no HTTP, and so no signature.
 */
import type { Authority } from "../../iam";
import { AwsError, type ServiceResponse } from "../../protocol";
import type { Session } from "../../session";
import type { S3Service } from ".";

interface ObjectName {
  readonly Bucket: string;
  readonly Key: string;
}

export interface PutObjectInput extends ObjectName {
  readonly Body: string;
  readonly ContentType?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
}

/** Every method throws the AwsError with which S3 refuses. */
export class InsideCaller {
  constructor(
    private readonly s3: S3Service,
    private readonly authority: Authority,
    private readonly session: Session,
  ) {}

  async putObject({ Body, ContentType, IfNoneMatch, ...name }: PutObjectInput) {
    const { headers } = await this.call("PUT", name, Body, {
      ...(ContentType === undefined ? {} : { "content-type": ContentType }),
      ...(IfNoneMatch === undefined ? {} : { "if-none-match": IfNoneMatch }),
    });
    return { ETag: headers["etag"] };
  }

  async getObject(name: ObjectName) {
    const { headers, body } = await this.call("GET", name);
    return { Body: body.toString(), ETag: headers["etag"], ContentType: headers["content-type"] };
  }

  async headObject(name: ObjectName) {
    const { headers } = await this.call("HEAD", name);
    return {
      ETag: headers["etag"],
      ContentLength: Number(headers["content-length"]),
      ContentType: headers["content-type"],
      VersionId: headers["x-amz-version-id"],
    };
  }

  async deleteObject(name: ObjectName) {
    const { headers } = await this.call("DELETE", name);
    return { VersionId: headers["x-amz-version-id"] };
  }

  private async call(
    method: string,
    { Bucket, Key }: ObjectName,
    body = "",
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Required<ServiceResponse>> {
    const { region, credentials } = this.session;
    const { accessKeyId } = credentials;
    // All of the key is encoded, slashes too: a URL resolves the dots between them away.
    const url = new URL(`http://s3/${encodeURIComponent(Bucket)}/${encodeURIComponent(Key)}`);
    if (/^\.{0,2}$/.test(Key)) {
      throw new AwsError("InvalidURI", 400, `The local cloud cannot address the key "${Key}"`);
    }
    const response = await this.s3.handle({
      method,
      url,
      headers,
      body: Buffer.from(body),
      callerArn: this.authority.arnOf(accessKeyId),
      authorize: this.authority.authorizerOf(accessKeyId, "s3", region),
    });
    return { headers: {}, body: "", ...response };
  }
}
