/** KMS, as far as its HMAC keys go: whoever may use one has a message signed, or a MAC checked. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../protocol";
import { JsonProtocol } from "./jsonProtocol";

const PROTOCOL = new JsonProtocol("KMS", "TrentService.", "1.1");

/** "GenerateMac" and "VerifyMac", AWS KMS API Reference. */
const base64 = (mostBytes: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, "base64"))
    .refine((bytes) => bytes.length >= 1 && bytes.length <= mostBytes, `1 to ${mostBytes} bytes`);
const generation = z.strictObject({
  KeyId: z.string(),
  Message: base64(4096),
  MacAlgorithm: z.literal("HMAC_SHA_256"),
});
const verification = generation.extend({ Mac: base64(6144) });

export class Kms implements Service {
  private readonly macKeys = new Map<string, Buffer>();

  /** Makes an HMAC key of 256 bits; one that is there already stays as it is. */
  createMacKey(arn: string): void {
    if (!this.macKeys.has(arn)) {
      this.macKeys.set(arn, randomBytes(32));
    }
  }

  /** Removes a key; one that is not there is as good as removed. */
  deleteKey(arn: string): void {
    this.macKeys.delete(arn);
  }

  /** ARNs of all HMAC keys. */
  get arns(): readonly string[] {
    return [...this.macKeys.keys()];
  }

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = PROTOCOL.operationOf(request);
    switch (operation) {
      case "GenerateMac": {
        const { KeyId, Message, MacAlgorithm } = PROTOCOL.read(request, generation);
        const mac = this.mac(request, "kms:GenerateMac", KeyId, Message);
        return Promise.resolve(
          PROTOCOL.answer({ KeyId, MacAlgorithm, Mac: mac.toString("base64") }),
        );
      }
      case "VerifyMac": {
        const { KeyId, Message, MacAlgorithm, Mac } = PROTOCOL.read(request, verification);
        const mac = this.mac(request, "kms:VerifyMac", KeyId, Message);
        if (Mac.length !== mac.length || !timingSafeEqual(Mac, mac)) {
          throw new AwsError("KMSInvalidMacException", 400, "");
        }
        return Promise.resolve(PROTOCOL.answer({ KeyId, MacAlgorithm, MacValid: true }));
      }
      default:
        throw PROTOCOL.unknown(operation);
    }
  }

  renderError(error: AwsError): ServiceResponse {
    return PROTOCOL.refusal(error);
  }

  private mac({ authorize }: ServiceRequest, action: string, arn: string, message: Buffer): Buffer {
    authorize(action, arn);
    const key = this.macKeys.get(arn);
    if (key === undefined) {
      throw new AwsError("NotFoundException", 400, `Key '${arn}' does not exist`);
    }
    return createHmac("sha256", key).update(message).digest();
  }
}
