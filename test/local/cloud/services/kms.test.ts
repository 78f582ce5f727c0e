import {
  CreateKeyCommand,
  GenerateMacCommand,
  KMSClient,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { startMoto } from "../../../support/moto";
import { allow, rejectionOf, Resources, startCloud, trust } from "../../pulumi/resources/support";

const MacAlgorithm = "HMAC_SHA_256" as const;
const Message = Buffer.from("a link");

const EXPECTED = {
  bytes: 32,
  isValid: true,
  refusals: ["KMSInvalidMacException", "KMSInvalidMacException", "KMSInvalidMacException"],
};

/** What becomes of a MAC, and of a wrong message, a wrong MAC and a wrong key. */
async function observe(client: KMSClient, KeyId: string, otherKeyId: string) {
  const { Mac } = await client.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm }));
  const verify = (change: object) =>
    client.send(new VerifyMacCommand({ KeyId, Message, Mac, MacAlgorithm, ...change }));
  const { MacValid } = await verify({});
  const refusals = await Promise.all(
    [{ Message: Buffer.from("another") }, { Mac: Buffer.alloc(32) }, { KeyId: otherKeyId }].map(
      async (change) => ((await rejectionOf(verify(change))) as Error).name,
    ),
  );
  return { bytes: Mac?.length, isValid: MacValid, refusals };
}

describe("HMAC keys of the local KMS", () => {
  let cloud: Cloud;
  let KeyId: string;
  const clients: KMSClient[] = [];
  const clientOf = (session: ReturnType<Cloud["deployerSession"]>) => {
    const client = new KMSClient({ ...session, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  const keys = new Resources("aws:kms/key:Key", () => cloud);
  const INPUTS = { keyUsage: "GENERATE_VERIFY_MAC", customerMasterKeySpec: "HMAC_256" };

  before(async () => {
    cloud = await startCloud();
    KeyId = String((await keys.create("links", INPUTS))["arn"]);
  });
  after(async () => {
    clients.forEach((client) => {
      client.destroy();
    });
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  it("check what they signed, and refuse another message, MAC or key", async () => {
    // Prepare
    const other = String((await keys.create("other", INPUTS))["arn"]);

    // Act
    const observed = await observe(clientOf(cloud.deployerSession()), KeyId, other);

    // Assess
    expect(observed).to.deep.equal(EXPECTED);
  });

  it("sign and check for those only whose role says so", async () => {
    // Prepare
    const role = cloud.roleArn("page");
    cloud.authority.putRole(role, trust("lambda.amazonaws.com"));
    cloud.authority.putRolePolicy(role, "verify", allow("kms:VerifyMac", KeyId));
    const client = clientOf({
      ...cloud.deployerSession(),
      credentials: cloud.authority.assumeRole(role, "lambda.amazonaws.com"),
    });

    // Act
    const signing = await rejectionOf(
      client.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm })),
    );
    const checking = await rejectionOf(
      client.send(new VerifyMacCommand({ KeyId, Message, MacAlgorithm, Mac: Buffer.alloc(32) })),
    );

    // Assess
    expect(signing).to.have.property("name", "AccessDeniedException");
    expect(checking).to.have.property("name", "KMSInvalidMacException");
  });

  it("sign messages of 4,096 bytes, and no longer ones", async () => {
    // Prepare
    const client = clientOf(cloud.deployerSession());
    const sign = (bytes: number) =>
      client.send(new GenerateMacCommand({ KeyId, Message: Buffer.alloc(bytes), MacAlgorithm }));

    // Act
    const { Mac } = await sign(4096);
    const error = await rejectionOf(sign(4097));

    // Assess
    expect(Mac).to.have.length(32);
    expect(error).to.have.property("name", "ValidationException");
  });

  it("stay as they are when they are made once more", async () => {
    // Prepare
    const client = clientOf(cloud.deployerSession());
    const { Mac } = await client.send(new GenerateMacCommand({ KeyId, Message, MacAlgorithm }));

    // Act
    cloud.kms.createMacKey(KeyId);

    // Assess
    const verified = new VerifyMacCommand({ KeyId, Message, Mac, MacAlgorithm });
    expect(await client.send(verified)).to.include({ MacValid: true });
  });

  it("are gone when they are deleted, and never were keys that encrypt", async () => {
    // Prepare
    const client = clientOf(cloud.deployerSession());
    const made = await keys.create("gone", INPUTS);
    await keys.delete(made.id, "gone", INPUTS);
    const data = await keys.create("data", {});

    // Act
    const errors = await Promise.all(
      [made, data].map(({ arn }) =>
        rejectionOf(
          client.send(new GenerateMacCommand({ KeyId: String(arn), Message, MacAlgorithm })),
        ),
      ),
    );

    // Assess
    for (const error of errors) {
      expect(error).to.have.property("name", "NotFoundException");
    }
  });
});

describe("HMAC keys of moto, which judges ours", () => {
  it("do the same", async function () {
    const moto = await startMoto(this);
    const client = new KMSClient(moto.clientSettings);
    try {
      // Prepare
      const create = async () => {
        const command = new CreateKeyCommand({
          KeyUsage: "GENERATE_VERIFY_MAC",
          KeySpec: "HMAC_256",
        });
        return (await client.send(command)).KeyMetadata?.Arn ?? "";
      };
      const [key, other] = [await create(), await create()];

      // Act
      const observed = await observe(client, key, other);

      // Assess
      expect(observed).to.deep.equal(EXPECTED);
    } finally {
      client.destroy();
      await moto.stop();
    }
  });
});
