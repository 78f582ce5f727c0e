/** What a check of others is, and the lists that they are taken from. */

export interface Control {
  /** As the standard spells it. */
  readonly id: string;
  /** Packs of rules that have it, where one list has several. */
  readonly packs?: readonly string[];
  readonly title: string;
  readonly covered: "wholly" | "partly" | "not";
  /** Names of the policies that cover it. */
  readonly by: readonly string[];
  /** What is left open, or why nothing covers it. */
  readonly note?: string;
  /** The type of resource that it is about, if `@pulumi/aws` has none such. */
  readonly missingType?: string;
}

/** What one list asks of one service. */
export interface Table {
  readonly list: "AWS Security Hub" | "checkov" | "cdk-nag";
  readonly url: string;
  /** Which edition it was taken from. */
  readonly edition: string;
  readonly controls: readonly Control[];
}

export interface Service {
  readonly name: string;
  /** Types of its resources, as Terraform and CloudFormation call them. */
  readonly types: RegExp;
  readonly tables: readonly Table[];
}

/** @param page of Security Hub's guide: `lambda` */
export function hub(page: string, edition: string, controls: readonly Control[]): Table {
  const url = `https://docs.aws.amazon.com/securityhub/latest/userguide/${page}-controls.html`;
  return { list: "AWS Security Hub", url, edition, controls };
}

export function checkov(controls: readonly Control[]): Table {
  return {
    list: "checkov",
    url: "https://www.checkov.io/5.Policy%20Index/terraform.html",
    edition: "Checks of Terraform and CloudFormation in checkov 3.3.30.",
    controls,
  };
}

export function cdkNag(controls: readonly Control[]): Table {
  return {
    list: "cdk-nag",
    url: "https://github.com/cdklabs/cdk-nag/blob/main/RULES.md",
    edition: "Rules of all its packs in cdk-nag 3.0.2.",
    controls,
  };
}

export function wholly(
  id: string,
  title: string,
  policy: string,
  packs?: readonly string[],
): Control {
  return { id, title, covered: "wholly", by: [policy], ...(packs && { packs }) };
}

export function partly(
  id: string,
  title: string,
  policy: string,
  note: string,
  packs?: readonly string[],
): Control {
  return { id, title, covered: "partly", by: [policy], note, ...(packs && { packs }) };
}

export function not(id: string, title: string, note: string, packs?: readonly string[]): Control {
  return { id, title, covered: "not", by: [], note, ...(packs && { packs }) };
}

/** A control of something that can only be made in ways that the pack refuses. */
export function unmade(id: string, title: string, missingType: string): Control {
  return {
    id,
    title,
    covered: "wholly",
    by: ["aws-resource-restrict-types"],
    note: `\`@pulumi/aws\` has no \`${missingType}\`, and templates and other providers that have are refused.`,
    missingType,
  };
}

/** How a control that asks for tags is covered, of whatever is made here. */
export function tagged(id: string, title: string): Control {
  return partly(
    id,
    title,
    "aws-resource-require-tags",
    "Its setting `required` is empty: name the tags in it.",
  );
}
