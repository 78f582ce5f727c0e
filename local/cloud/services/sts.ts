/** STS, as far as it tells callers who they are. */
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../protocol";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

export class Sts implements Service {
  constructor(private readonly accountId: string) {}

  /** Everybody may ask: AWS needs no permission for it, and takes none away. */
  handle({ body, callerArn }: ServiceRequest): Promise<ServiceResponse> {
    const action = new URLSearchParams(body.toString()).get("Action") ?? "";
    if (action !== "GetCallerIdentity") {
      throw new AwsError("InvalidAction", 400, `The local STS has no ${action}`);
    }
    return Promise.resolve({
      status: 200,
      headers: { "content-type": "text/xml" },
      body:
        `<GetCallerIdentityResponse xmlns="${NAMESPACE}"><GetCallerIdentityResult>` +
        `<Arn>${callerArn}</Arn><UserId>LOCAL</UserId><Account>${this.accountId}</Account>` +
        `</GetCallerIdentityResult></GetCallerIdentityResponse>`,
    });
  }

  renderError({ code, status, message }: AwsError): ServiceResponse {
    const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return {
      status,
      headers: { "content-type": "text/xml" },
      body:
        `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code>` +
        `<Message>${text}</Message></Error></ErrorResponse>`,
    };
  }
}
