import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const kmsHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:kms/key:Key": handler(
    z.looseObject({
      keyUsage: z.enum(["ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC"]).default("ENCRYPT_DECRYPT"),
      customerMasterKeySpec: z.enum(["SYMMETRIC_DEFAULT", "HMAC_256"]).optional(),
    }),
    {
      create: ({ keyUsage }, { cloud, physicalName: keyId }) => {
        const arn = cloud.arn("kms", `key/${keyId}`);
        if (keyUsage === "GENERATE_VERIFY_MAC") {
          cloud.kms.createMacKey(arn);
        }
        return { id: keyId, keyId, arn };
      },
      delete: (keyId, _inputs, { cloud }) => {
        cloud.kms.deleteKey(cloud.arn("kms", `key/${keyId}`));
      },
    },
  ),
};
