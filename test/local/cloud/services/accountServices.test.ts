import {
  ListServiceQuotasCommand,
  paginateListServiceQuotas,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import {
  DescribeEndpointConfigCommand,
  ListEndpointConfigsCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { rejectionOf, startCloud } from "../../pulumi/resources/support";

describe("what an account says of itself", () => {
  let cloud: Cloud;
  const clients: { destroy(): void }[] = [];
  const settings = () => ({ ...cloud.deployerSession(), maxAttempts: 1 });
  function kept<Client extends { destroy(): void }>(client: Client): Client {
    clients.push(client);
    return client;
  }

  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    clients.forEach((client) => {
      client.destroy();
    });
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  it("refuses a body that is no JSON as the caller's mistake", async () => {
    // Prepare
    const quotas = kept(new ServiceQuotasClient(settings()));
    const sagemaker = kept(new SageMakerClient(settings()));
    const spoil = ({ request }: { request: unknown }) => {
      Object.assign(request as object, { body: "{" });
    };
    // Before the body's length is counted.
    const early = { step: "build", priority: "high" } as const;
    quotas.middlewareStack.add((next) => (args) => (spoil(args), next(args)), early);
    sagemaker.middlewareStack.add((next) => (args) => (spoil(args), next(args)), early);

    // Act
    const refused = await Promise.all([
      rejectionOf(quotas.send(new ListServiceQuotasCommand({ ServiceCode: "sagemaker" }))),
      rejectionOf(sagemaker.send(new ListEndpointConfigsCommand({}))),
    ]);

    // Assess
    expect(refused.map((error) => (error as Error).name)).to.deep.equal([
      "SerializationException",
      "SerializationException",
    ]);
  });

  it("STS names the account and the caller", async () => {
    const identity = await kept(new STSClient(settings())).send(new GetCallerIdentityCommand({}));
    expect(identity).to.deep.include({
      Account: cloud.accountId,
      Arn: `arn:aws:iam::${cloud.accountId}:user/deployer`,
    });
  });

  it("STS refuses by name what is not there", async () => {
    const error = await rejectionOf(
      kept(new STSClient(settings())).send(
        new AssumeRoleCommand({ RoleArn: cloud.roleArn("r"), RoleSessionName: "session" }),
      ),
    );
    expect(error).to.have.property("message", "The local STS has no AssumeRole");
  });

  it("Service Quotas lists each quota once, page by page", async () => {
    // Act
    const client = kept(new ServiceQuotasClient(settings()));
    const names: (string | undefined)[] = [];
    let pages = 0;
    for await (const { Quotas = [] } of paginateListServiceQuotas(
      { client, pageSize: 10 },
      { ServiceCode: "sagemaker" },
    )) {
      names.push(...Quotas.map(({ QuotaName }) => QuotaName));
      pages++;
    }

    // Assess
    expect(pages).to.be.greaterThan(1);
    expect(new Set(names).size).to.equal(names.length);
    expect(names).to.include("ml.g4dn.xlarge for spot training job usage");
  });

  it("Service Quotas refuses by name other services and operations", async () => {
    const client = kept(new ServiceQuotasClient(settings()));
    const service = await rejectionOf(
      client.send(new ListServiceQuotasCommand({ ServiceCode: "ec2" })),
    );
    const operation = await rejectionOf(
      client.send(
        new RequestServiceQuotaIncreaseCommand({
          ServiceCode: "sagemaker",
          QuotaCode: "L-1",
          DesiredValue: 2,
        }),
      ),
    );
    expect(service).to.include({ name: "NoSuchResourceException" });
    expect(operation).to.have.property("message").that.includes("no RequestServiceQuotaIncrease");
  });

  it("SageMaker lists no configuration where there is none, and describes none", async () => {
    const client = kept(new SageMakerClient(settings()));
    const { EndpointConfigs } = await client.send(new ListEndpointConfigsCommand({}));
    const error = await rejectionOf(
      client.send(new DescribeEndpointConfigCommand({ EndpointConfigName: "absent" })),
    );
    expect(EndpointConfigs).to.deep.equal([]);
    expect(error).to.have.property("message", 'Could not find endpoint configuration "absent".');
  });
});
