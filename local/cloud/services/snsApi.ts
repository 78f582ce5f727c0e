/** SNS as its clients see it, as far as they publish. */
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../protocol";
import { QueryProtocol } from "./queryProtocol";
import type { Topics } from "./sns";

const PROTOCOL = new QueryProtocol("http://sns.amazonaws.com/doc/2010-03-31/");

/** Longest message in bytes, and longest subject in characters ("Publish", SNS API Reference). */
const MOST_BYTES = 262_144;
const MOST_SUBJECT = 100;

export class SnsApi implements Service {
  constructor(private readonly topics: Topics) {}

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const fields = PROTOCOL.fieldsOf(request);
    const action = fields.get("Action") ?? "";
    if (action !== "Publish") {
      throw new AwsError("InvalidAction", 400, `The local SNS has no ${action}`);
    }
    const [topicArn = "", message = "", subject] = ["TopicArn", "Message", "Subject"].map((name) =>
      fields.get(name),
    );
    request.authorize("sns:Publish", topicArn);
    const key = this.topics.kmsKeyOf(topicArn);
    if (key !== undefined) {
      request.authorize("kms:GenerateDataKey", key);
      request.authorize("kms:Decrypt", key);
    }
    refuseUnless(message !== "" && Buffer.byteLength(message) <= MOST_BYTES, "Message too long");
    refuseUnless(subject === undefined || isSubject(subject), "Subject");
    return Promise.resolve(
      PROTOCOL.answer(action, { MessageId: this.topics.publish(topicArn, message, subject) }),
    );
  }

  renderError(error: AwsError): ServiceResponse {
    return PROTOCOL.renderError(error);
  }
}

/** ASCII that begins with a letter, a digit or punctuation, without line breaks. */
function isSubject(subject: string): boolean {
  return subject.length <= MOST_SUBJECT && /^[!-~][ -~]*$/.test(subject);
}

function refuseUnless(holds: boolean, what: string): void {
  if (!holds) {
    throw new AwsError("InvalidParameter", 400, `Invalid parameter: ${what}`);
  }
}
