/** AWS's query protocol: a form in, XML out. */
import type { AwsError, ServiceRequest, ServiceResponse } from "../protocol";

export class QueryProtocol {
  /** @param namespace of the XML: the service's URL and the version of its API */
  constructor(private readonly namespace: string) {}

  fieldsOf({ body }: ServiceRequest): ReadonlyMap<string, string> {
    return new Map(new URLSearchParams(body.toString()));
  }

  /** @param result by name, in order */
  answer(action: string, result: Readonly<Record<string, string>>): ServiceResponse {
    const content = Object.entries(result)
      .map(([name, value]) => `<${name}>${escaped(value)}</${name}>`)
      .join("");
    return this.xml(
      200,
      `<${action}Response xmlns="${this.namespace}"><${action}Result>${content}` +
        `</${action}Result></${action}Response>`,
    );
  }

  renderError({ code, status, message }: AwsError): ServiceResponse {
    return this.xml(
      status,
      `<ErrorResponse xmlns="${this.namespace}"><Error><Type>Sender</Type><Code>${code}</Code>` +
        `<Message>${escaped(message)}</Message></Error></ErrorResponse>`,
    );
  }

  private xml(status: number, body: string): ServiceResponse {
    return { status, headers: { "content-type": "text/xml" }, body };
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
