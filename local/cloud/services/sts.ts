/** STS, as far as it tells callers who they are. */
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../protocol";
import { QueryProtocol } from "./queryProtocol";

const PROTOCOL = new QueryProtocol("https://sts.amazonaws.com/doc/2011-06-15/");

export class Sts implements Service {
  constructor(private readonly accountId: string) {}

  /** Everybody may ask: AWS needs no permission for it, and takes none away. */
  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const action = PROTOCOL.fieldsOf(request).get("Action") ?? "";
    if (action !== "GetCallerIdentity") {
      throw new AwsError("InvalidAction", 400, `The local STS has no ${action}`);
    }
    return Promise.resolve(
      PROTOCOL.answer(action, {
        Arn: request.callerArn,
        UserId: "LOCAL",
        Account: this.accountId,
      }),
    );
  }

  renderError(error: AwsError): ServiceResponse {
    return PROTOCOL.renderError(error);
  }
}
