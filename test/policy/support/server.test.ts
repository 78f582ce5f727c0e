/** By the SDK's own server in this process, which is never let listen; it can be started once. */
import { createRequire } from "node:module";
import type {
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import {
  AnalyzeRequest,
  AnalyzeResponse,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { onEach, onTypes } from "../../../policy/support/rule";
import { askOnce } from "../../../policy/support/server";

type Handler = (
  call: { readonly request: unknown },
  done: (error: Error | null, response?: AnalyzeResponse) => void,
) => void;
type Handlers = Readonly<Record<"analyze" | "analyzeStack" | "configure", Handler>>;

const fromSdk = createRequire(createRequire(__filename).resolve("@pulumi/policy"));
const sdk = fromSdk("./server") as Record<string, (...args: unknown[]) => void>;
const { prototype } = (fromSdk("@grpc/grpc-js") as { Server: { prototype: object } }).Server;

const [KEY, TOPIC, OTHER] = ["aws:kms/key:Key", "aws:sns/topic:Topic", "other:index:Thing"];

/** Who was asked about which type. */
const asked: string[] = [];
/** The resources that each rule on a stack was given. */
const given: (readonly unknown[])[] = [];

const resourceRule = (name: string, types: readonly string[]): ResourceValidationPolicy => {
  const judge = onTypes(types, (_resource, report) => report("No."));
  const validateResource: ResourceValidation = (args, report) => {
    asked.push(`${name} ${args.type}`);
    return judge(args, report);
  };
  return {
    name,
    description: `${name}.`,
    validateResource: Object.assign(validateResource, judge),
  };
};
const stackRule = (name: string, types: readonly string[]): StackValidationPolicy => {
  const judge = onEach(types, (_member, _stack, report) => report("No."));
  return {
    name,
    description: `${name}.`,
    validateStack: (args, report) => {
      given.push(args.resources);
      return judge(args, report);
    },
  };
};
const RULES = [
  resourceRule("key", [KEY]),
  resourceRule("topic", [TOPIC]),
  resourceRule("both", [KEY, TOPIC]),
  {
    name: "any",
    description: "any.",
    validateResource: ({ type }: { readonly type: string }) => void asked.push(`any ${type}`),
  },
  stackRule("keys", [KEY]),
  stackRule("topics", [TOPIC]),
];

/** The SDK serves once in a process, in which these tests may run several times. */
let started: Handlers | undefined;

/** What the SDK serves of the rules after `askOnce`. */
function start(): Handlers {
  askOnce();
  let handlers: Handlers | undefined;
  const inPlace = {
    addService: (_service: object, added: Handlers) => (handlers = added),
    bindAsync: () => undefined,
  };
  const before = Object.fromEntries(
    Object.keys(inPlace).map((name) => [name, Reflect.get(prototype, name) as unknown]),
  );
  Object.assign(prototype, inPlace);
  try {
    sdk["serve"]?.("pack", "1.0.0", "mandatory", { policies: RULES }, undefined);
  } finally {
    Object.assign(prototype, before);
  }
  if (handlers === undefined) {
    throw new Error("The SDK has served nothing");
  }
  return handlers;
}

const ask = (handler: Handler, request: unknown) =>
  new Promise<{ readonly refused: string[]; readonly declined: string[] }>((resolve, reject) => {
    handler({ request }, (error, response) => {
      if (response === undefined) {
        reject(error ?? new Error("There is no answer"));
        return;
      }
      const sent = AnalyzeResponse.deserializeBinary(response.serializeBinary());
      resolve({
        refused: sent.getDiagnosticsList().map((each) => each.getPolicyname()),
        declined: sent
          .getNotApplicableList()
          .map((each) => `${each.getPolicyName()}: ${each.getReason()}`),
      });
    });
  });

const about = (type: string) =>
  new AnalyzeRequest()
    .setType(type)
    .setProperties(new Struct())
    .setOptions(new AnalyzerResourceOptions());

describe("policy support askOnce", () => {
  const { serve } = sdk;
  let handlers: Handlers;
  before(() => {
    handlers = started ??= start();
    sdk["serve"] = serve as never;
  });
  beforeEach(() => {
    asked.length = 0;
    given.length = 0;
  });

  it("asks of a resource the rules about its type, and notes what the others say of all types", async () => {
    // Act
    const key = await ask(handlers.analyze, about(KEY));
    asked.length = 0;
    const [topic, other] = await Promise.all(
      [TOPIC, OTHER].map((type) => ask(handlers.analyze, about(type))),
    );

    // Assess
    const declined = {
      key: `key: Policy only applies to resources of type '${KEY}'`,
      topic: `topic: Policy only applies to resources of type '${TOPIC}'`,
      both: `both: It applies to ${KEY} and 1 more`,
    };
    expect(key).to.deep.equal({ refused: ["key", "both"], declined: [declined.topic] });
    expect(topic).to.deep.equal({ refused: ["topic", "both"], declined: [declined.key] });
    expect(other).to.deep.equal({ refused: [], declined: Object.values(declined) });
    expect(asked).to.have.members([
      `topic ${TOPIC}`,
      `both ${TOPIC}`,
      `any ${TOPIC}`,
      `any ${OTHER}`,
    ]);
  });

  it("gives all rules on a stack the same resources, of which each declines what it is not about", async () => {
    // Prepare
    const key = new AnalyzerResource()
      .setType(KEY)
      .setUrn("urn:key")
      .setProperties(new Struct())
      .setOptions(new AnalyzerResourceOptions());

    // Act
    const answer = await ask(
      handlers.analyzeStack,
      new AnalyzeStackRequest().setResourcesList([key]),
    );

    // Assess
    expect(answer).to.deep.equal({
      refused: ["keys"],
      declined: [`topics: It applies to ${TOPIC}`],
    });
    const [first, second] = given;
    expect(first?.map((resource) => (resource as { urn: string }).urn)).to.deep.equal(["urn:key"]);
    expect(second).to.equal(first);
  });

  it("notes nothing of a rule that is disabled, from when it is", async () => {
    // Prepare
    const levels = (level: EnforcementLevel) => {
      const request = new ConfigureAnalyzerRequest();
      request
        .getPolicyconfigMap()
        .set("topic", new PolicyConfig().setEnforcementlevel(level).setProperties(new Struct()));
      return request;
    };
    const configure = (level: EnforcementLevel) =>
      new Promise((resolve) => handlers.configure({ request: levels(level) }, resolve));
    const declined = async () =>
      (await ask(handlers.analyze, about(OTHER))).declined.map((note) => note.split(":")[0]);

    // Act
    const told: unknown[] = [];
    for (const level of [EnforcementLevel.DISABLED, EnforcementLevel.ADVISORY]) {
      await configure(level);
      told.push(await declined());
    }

    // Assess
    expect(told).to.deep.equal([
      ["key", "both"],
      ["key", "topic", "both"],
    ]);
  });

  it("reports what goes wrong in a rule as the SDK does", async () => {
    const unready = about(KEY).clearOptions();
    const error: unknown = await ask(handlers.analyze, unready).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
    expect(String(error)).to.match(
      /Error validating resource with policy .*recent version of the/s,
    );
  });

  for (const name of ["serve", "makeAnalyzeRpcFun", "makeAnalyzeStackRpcFun"]) {
    it(`leaves an SDK to its own way in which ${name} is another function`, () => {
      // Prepare
      const known = { ...sdk };
      const other = () => undefined;
      sdk[name] = other;

      // Act
      try {
        askOnce();

        // Assess
        expect(sdk["serve"]).to.equal(name === "serve" ? other : serve);
      } finally {
        Object.assign(sdk, known);
      }
    });
  }
});
