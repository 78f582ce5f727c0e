import { GenerateMacCommand, VerifyMacCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { MacKey } from "./reviewLink";

const MacAlgorithm = "HMAC_SHA_256";

/** A key of AWS KMS that never leaves it. @param KeyId its ARN */
export function kmsMacKey(kms: KMSClient, KeyId: string): MacKey {
  return {
    sign: async (Message) => {
      const { Mac } = await kms.send(new GenerateMacCommand({ KeyId, MacAlgorithm, Message }));
      return Buffer.from(Mac ?? []);
    },
    verify: async (Message, Mac) => {
      try {
        await kms.send(new VerifyMacCommand({ KeyId, MacAlgorithm, Message, Mac }));
        return true;
      } catch (error) {
        // That a MAC is wrong is an error to KMS ("VerifyMac", AWS KMS API Reference).
        if (error instanceof Error && error.name === "KMSInvalidMacException") {
          return false;
        }
        throw error;
      }
    },
  };
}
