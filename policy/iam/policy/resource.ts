import { replaceVariables, statements } from "../../support/document";
import { isLike } from "../../support/glob";
import type { Property } from "../../support/property";

/** Everything that grants actions to an identity. */
export const IDENTITY_POLICIES = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/role:Role",
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
];

/** The statements that allow something, in the document of a policy or the inline ones of a role. */
export function allowStatements(resource: Property): Property[] {
  const inline = resource.at("inlinePolicies").items();
  return [
    ...[resource, ...inline].map((holder) => holder.at("policy")),
    resource.at("inlinePolicy"),
  ].flatMap((document) => statements(document, "Allow"));
}

/**
 * The action of a statement by which it allows another one: `iam:Pass*` allows `iam:PassRole`.
 * @param actions of which one is looked for
 */
export function actionLike(statement: Property, actions: readonly string[]): Property | undefined {
  return statement
    .at("Action")
    .itemsOrSelf()
    .find((action) =>
      action.is(
        (form) =>
          typeof form === "string" &&
          actions.some((each) => isLike(each.toLowerCase(), form.toLowerCase())),
      ),
    );
}

/**
 * An ARN with `*` for each of its variables: whoever may set what they stand for, such as a tag, can
 * make them anything. The caller's account is what it is.
 */
export function withoutVariables(arn: string): string {
  return replaceVariables(arn.replaceAll("${aws:PrincipalAccount}", "0"), (variable) =>
    /^\$\{[*?$]\}$/.test(variable) ? "-" : "*",
  );
}

/** The resource of a statement that leaves open which role, user, group or policy is meant. */
export function openIdentity(statement: Property): Property | undefined {
  return statement
    .at("Resource")
    .itemsOrSelf()
    .find((each) =>
      each.is((text) => typeof text === "string" && isAnyIdentity(withoutVariables(text))),
    );
}

/** `*`, `arn:aws:iam::000000000000:role/*`, and what has less than three characters of a name. */
function isAnyIdentity(arn: string): boolean {
  const [, , service = "*", , , ...rest] = arn.split(":", 64);
  const name = /^[a-z-]+\/(.*)$/.exec(rest.join(":"))?.[1] ?? "";
  return /[*?]/.test(arn) && isLike("iam", service) && name.replace(/[*?]/g, "").length < 3;
}
