/** What many policies say of many resources, with what is the same for several of them made once. */
import type {
  PolicyResource,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import {
  AnalyzeResponse,
  AnalyzeStackRequest,
  type AnalyzeRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { TypedValidation } from "./rule";

type Rule = (ResourceValidationPolicy | StackValidationPolicy) & {
  readonly validateResource?: TypedValidation;
};
export type Rules = readonly Rule[];

export type Answer<Request> = (request: Request) => Promise<AnalyzeResponse>;

/** The SDK's answer for some rules. */
export type Ask<Request> = (rules: Rules) => Answer<Request>;

/** What of an answer is the same for all resources of a type. */
interface Kind {
  /** For the rules that are about the type, and for those that do not say what they are about. */
  readonly answer: Answer<AnalyzeRequest>;
  /** That no other rule applies, as it is sent. */
  readonly notes: Uint8Array;
}

/**
 * Answers about single resources. Most rules are about few types, and note of all others that they
 * do not apply: those are not asked, and their notes are written once.
 */
export class ResourceAnswers {
  private readonly kinds = new Map<string, Promise<Kind>>();
  private notes: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

  constructor(
    private readonly rules: Rules,
    private readonly ask: Ask<AnalyzeRequest>,
  ) {}

  readonly answer: Answer<AnalyzeRequest> = async (request) => {
    const type = request.getType();
    const kind = this.kinds.get(type) ?? this.kindOf(type, request);
    this.kinds.set(type, kind);
    const { answer, notes } = await kind;
    const response = await answer(request);
    const written = response.serializeBinary();
    // Two messages in a row are one message with the lists of both.
    response.serializeBinary = () => Buffer.concat([written, notes]);
    return response;
  };

  /** For rules that are configured anew, of which some may be disabled now, and others no longer. */
  forget(): void {
    this.kinds.clear();
    this.notes = undefined;
  }

  private async kindOf(type: string, request: AnalyzeRequest): Promise<Kind> {
    this.notes ??= this.notesByRule(request);
    const notes = await this.notes;
    const isMeant = (rule: Rule) => typesOf(rule)?.includes(type) ?? true;
    const others = this.rules.filter((rule) => !isMeant(rule));
    return {
      answer: this.ask(this.rules.filter(isMeant)),
      notes: Buffer.concat(others.flatMap(({ name }) => notes.get(name) ?? [])),
    };
  }

  /** What each rule notes of a resource, whatever it is, when its type is none that a rule is about. */
  private async notesByRule(request: AnalyzeRequest): Promise<ReadonlyMap<string, Uint8Array>> {
    const stranger = request.cloneMessage().setType("");
    const response = await this.ask(this.rules.filter(typesOf))(stranger);
    return new Map(
      response
        .getNotApplicableList()
        .map((note) => [
          note.getPolicyName(),
          new AnalyzeResponse().setNotApplicableList([note]).serializeBinary(),
        ]),
    );
  }
}

function typesOf({ validateResource }: Rule): readonly string[] | undefined {
  return validateResource?.types;
}

/** Answers about a stack, of which the resources are made once and not for each rule. */
export function stackAnswer(
  rules: Rules,
  ask: Ask<AnalyzeStackRequest>,
): Answer<AnalyzeStackRequest> {
  return async (request) => {
    const resources = await resourcesOf(request, ask);
    const sharing = rules.map((rule) => {
      if (!("validateStack" in rule)) {
        return rule;
      }
      const validateStack: StackValidation = (args, report) =>
        rule.validateStack({ ...args, resources }, report);
      return { ...rule, validateStack };
    });
    return ask(sharing)(new AnalyzeStackRequest());
  };
}

/** The resources of a request as the SDK makes them for a rule. */
async function resourcesOf(
  request: AnalyzeStackRequest,
  ask: Ask<AnalyzeStackRequest>,
): Promise<PolicyResource[]> {
  let made: PolicyResource[] = [];
  const validateStack: StackValidation = ({ resources }) => {
    made = resources;
  };
  await ask([{ name: "resources", description: "Takes what it is given", validateStack }])(request);
  return made;
}
