/**
 * What the pack answers, against what Pulumi's SDK answers when it serves the same policies in its own
 * way: nothing that is made once instead of many times may change what the engine is told.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzeStackRequest,
  AnalyzerResource,
  AnalyzerResourceOptions,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { policies } from "../../policy/policies";
import { subject, type Subject } from "../support/policy";
import { PROJECT_ROOT } from "../support/project";
import { compliant } from "./compliant";

const CHILD = path.join(PROJECT_ROOT, "local/pulumi/policyPackChild.cjs");
const PACKS = [path.join(PROJECT_ROOT, "policy"), path.join(__dirname, "plainPack")];

/** Honest resources, the same with nothing set, and what no policy is about. */
const SUBJECTS: readonly Subject[] = [
  ...compliant,
  ...compliant.map((each) => ({ ...each, urn: `${each.urn}-bare`, props: {} })),
  subject("other:index:Thing", {}),
];

/** A level for every third policy that is not its own. */
const LEVELS = new Map(
  policies.flatMap(({ name }, index) => {
    const level = [EnforcementLevel.DISABLED, EnforcementLevel.ADVISORY][index % 3];
    return level === undefined ? [] : [[name, level] as const];
  }),
);

interface Pack {
  readonly child: ChildProcess;
  readonly client: AnalyzerClient;
}

async function start(folder: string): Promise<Pack> {
  const stdio = ["ignore", "pipe", "inherit", "ipc"] as const;
  const child = fork(CHILD, [folder], { execArgv: [], stdio: [...stdio] });
  const [port] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const address = `127.0.0.1:${Number(port.toString())}`;
  return { child, client: new AnalyzerClient(address, credentials.createInsecure()) };
}

function stop({ child, client }: Pack): void {
  client.close();
  child.kill();
}

function fill<T extends AnalyzeRequest | AnalyzerResource>(message: T, each: Subject): T {
  message
    .setType(each.type)
    .setUrn(each.urn)
    .setName(each.name)
    .setProperties(Struct.fromJavaScript(each.props as Record<string, JavaScriptValue>))
    .setOptions(new AnalyzerResourceOptions().setProtect(each.protect));
  return message;
}

/** What each answer says, in an order that does not matter to the engine. */
async function answers({ client }: Pack): Promise<object[]> {
  const analyze = promisify<AnalyzeRequest, AnalyzeResponse>(client.analyze.bind(client));
  const analyzeStack = promisify<AnalyzeStackRequest, AnalyzeResponse>(
    client.analyzeStack.bind(client),
  );
  const stack = SUBJECTS.map((each) => fill(new AnalyzerResource(), each));
  const responses = [
    ...(await Promise.all(SUBJECTS.map((each) => analyze(fill(new AnalyzeRequest(), each))))),
    await analyzeStack(new AnalyzeStackRequest().setResourcesList(stack)),
    await analyzeStack(new AnalyzeStackRequest()),
  ];
  return responses.map((response) => ({
    refused: response.getDiagnosticsList().map((each) => each.toObject()),
    declined: response
      .getNotApplicableList()
      .map((each) => each.toObject())
      .sort((a, b) => (a.policyName < b.policyName ? -1 : 1)),
  }));
}

describe("the policy pack beside the SDK by itself", () => {
  const packs: Pack[] = [];
  before(async () => {
    for (const folder of PACKS) {
      packs.push(await start(folder));
    }
  });
  after(() => packs.forEach(stop));

  it("says the same of all types of resources, and of a stack", async () => {
    // Act
    const [ours, plain] = await Promise.all(packs.map(answers));

    // Assess
    expect(plain?.some((each) => JSON.stringify(each).includes("policypackname"))).to.equal(true);
    expect(ours).to.deep.equal(plain);
  });

  it("does so at other levels as well", async () => {
    // Prepare
    const request = new ConfigureAnalyzerRequest();
    for (const [name, level] of LEVELS) {
      const config = new PolicyConfig().setEnforcementlevel(level).setProperties(new Struct());
      request.getPolicyconfigMap().set(name, config);
    }
    for (const { client } of packs) {
      await promisify<ConfigureAnalyzerRequest, unknown>(client.configure.bind(client))(request);
    }

    // Act
    const [ours, plain] = await Promise.all(packs.map(answers));

    // Assess
    expect(ours).to.deep.equal(plain);
  });
});
