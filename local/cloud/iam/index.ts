/** Roles, their policies, and the decision whether a caller may do what it asks for. */
import { randomBytes } from "node:crypto";
import { AwsError } from "../protocol";
import { contextOf } from "./conditions";
import { parsePolicy, type Access, type Principals, type Statement } from "./policy";

/** The account that everything local belongs to; no real account has this number. */
export const LOCAL_ACCOUNT_ID = "000000000000";

/** Where every caller is. */
const LOCAL_ADDRESS = "127.0.0.1";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A statement of a role's policy. */
export interface StatementReference {
  readonly role: string;
  /** Name of an inline policy, or the ARN of a managed one. */
  readonly policy: string;
  /** Its Sid, or its place in the policy from 0. */
  readonly statement: string;
  readonly actions: readonly string[];
}

/** More that is known about a request, by condition key. */
export type ContextValues = Readonly<Record<string, string>>;

interface Caller {
  readonly credentials: Credentials;
  /** As error messages name it: a user, or the session of a role. */
  readonly arn: string;
  /** Absent for the person who deploys. */
  readonly roleArn?: string;
}

interface Role {
  readonly trust: readonly Statement[];
  readonly inlinePolicies: Map<string, readonly Statement[]>;
  readonly managedPolicies: Set<string>;
}

/**
 * Who may do what, decided as IAM does inside one account: an explicit deny wins, then an allow
 * of the role's policies or of the resource's, and whatever nobody allows is refused ("Policy
 * evaluation logic", IAM User Guide). Permission boundaries, session policies, organization
 * policies and KMS key policies are not evaluated.
 */
export class Authority {
  /** Credentials of the person who deploys: may do everything that no resource policy denies. */
  readonly deployer: Credentials;
  private readonly callers = new Map<string, Caller>();
  private readonly sessions = new Map<string, Credentials>();
  private readonly roles = new Map<string, Role>();
  private readonly managedPolicies = new Map<string, readonly Statement[]>();
  private readonly resourcePolicies = new Map<string, readonly Statement[]>();
  /** Of roles' policies, by role and action: what was found since the last change of any. */
  private readonly statementsByAction = new Map<string, readonly Statement[]>();
  /** Statements without which some request would have been decided otherwise. */
  private readonly needed = new Set<Statement>();

  constructor(private readonly accountId: string) {
    this.deployer = this.addCaller("AKIA", { arn: `arn:aws:iam::${accountId}:user/deployer` });
  }

  /**
   * Makes a role, or changes whom it trusts.
   * @throws AwsError `MalformedPolicyDocument`
   */
  putRole(arn: string, trustPolicy: string): void {
    const trust = parsePolicy("trust", `of trust in ${arn}`, trustPolicy);
    const policies = this.roles.get(arn) ?? {
      inlinePolicies: new Map<string, readonly Statement[]>(),
      managedPolicies: new Set<string>(),
    };
    this.roles.set(arn, { ...policies, trust });
  }

  /**
   * Adds or replaces an inline policy.
   * @throws AwsError `MalformedPolicyDocument` or `NoSuchEntity`
   */
  putRolePolicy(roleArn: string, name: string, policy: string): void {
    this.role(roleArn).inlinePolicies.set(name, parsePolicy("identity", name, policy));
    this.statementsByAction.clear();
  }

  /** Removes an inline policy; one that is not there is as good as removed. */
  deleteRolePolicy(roleArn: string, name: string): void {
    this.roles.get(roleArn)?.inlinePolicies.delete(name);
    this.statementsByAction.clear();
  }

  /**
   * Removes a role, and with it the credentials that were given out for it; a role that is not
   * there is as good as removed.
   * @throws AwsError `DeleteConflict` while it has policies ("DeleteRole", IAM API Reference)
   */
  deleteRole(arn: string): void {
    const role = this.roles.get(arn);
    const policies = role === undefined ? [] : this.policiesOf(role).map(([name]) => name);
    if (policies.length > 0) {
      throw new AwsError(
        "DeleteConflict",
        409,
        `Cannot delete entity, must delete policies first: ${arn} has ${policies.join(", ")}`,
      );
    }
    this.roles.delete(arn);
    this.statementsByAction.clear();
    for (const [accessKeyId, { roleArn }] of this.callers) {
      if (roleArn === arn) {
        this.callers.delete(accessKeyId);
      }
    }
    for (const [key, { accessKeyId }] of this.sessions) {
      if (!this.callers.has(accessKeyId)) {
        this.sessions.delete(key);
      }
    }
  }

  /** ARNs of all roles. */
  get roleArns(): readonly string[] {
    return [...this.roles.keys()];
  }

  /**
   * Adds or replaces a managed policy; it does nothing until it is attached.
   * @throws AwsError `MalformedPolicyDocument`
   */
  putManagedPolicy(arn: string, policy: string): void {
    this.managedPolicies.set(arn, parsePolicy("identity", arn, policy));
    this.statementsByAction.clear();
  }

  /** @throws AwsError `NoSuchEntity` when the role or the policy is not there */
  attachRolePolicy(roleArn: string, policyArn: string): void {
    if (!this.managedPolicies.has(policyArn)) {
      throw noSuchEntity(`Policy ${policyArn} does not exist or is not attachable.`);
    }
    this.role(roleArn).managedPolicies.add(policyArn);
    this.statementsByAction.clear();
  }

  /**
   * Adds or replaces the policy of a resource, for example of a bucket and all that is in it.
   * @throws AwsError `MalformedPolicyDocument`
   */
  putResourcePolicy(resourceArn: string, policy: string): void {
    this.resourcePolicies.set(resourceArn, parsePolicy("resource", `of ${resourceArn}`, policy));
  }

  /** Removes the policy of a resource, if it has one. */
  deleteResourcePolicy(resourceArn: string): void {
    this.resourcePolicies.delete(resourceArn);
  }

  /**
   * Credentials of a role for a service: always the same ones for the same pair.
   * @param servicePrincipal for example `lambda.amazonaws.com`
   * @param context `aws:SourceArn` and the like; `aws:SourceAccount` is always this account
   * @throws AwsError `AccessDenied` unless the role is there and trusts the service
   */
  assumeRole(roleArn: string, servicePrincipal: string, context: ContextValues = {}): Credentials {
    const access: Access = {
      action: "sts:AssumeRole",
      resource: roleArn,
      context: contextOf({ ...context, "aws:SourceAccount": this.accountId }),
    };
    const trusting = (this.roles.get(roleArn)?.trust ?? []).filter(
      (statement) =>
        (statement.principals.everyone ||
          statement.principals.services.includes(servicePrincipal)) &&
        statement.applies(access),
    );
    if (trusting.length === 0 || trusting.some(({ effect }) => effect === "Deny")) {
      const reason = this.roles.has(roleArn)
        ? "because its trust policy does not allow it"
        : "because there is no such role";
      throw new AwsError(
        "AccessDenied",
        403,
        `${servicePrincipal} is not authorized to perform: sts:AssumeRole on resource: ` +
          `"${roleArn}" ${reason}`,
      );
    }
    const key = `${servicePrincipal} ${roleArn}`;
    const known = this.sessions.get(key);
    if (known !== undefined) {
      return known;
    }
    const session = `${roleName(roleArn)}/${servicePrincipal.split(".")[0] ?? ""}`;
    const credentials = this.addCaller("ASIA", {
      arn: `arn:aws:sts::${this.accountId}:assumed-role/${session}`,
      roleArn,
    });
    this.sessions.set(key, credentials);
    return credentials;
  }

  /** The credentials that an access key belongs to, if any. */
  credentialsOf(accessKeyId: string): Credentials | undefined {
    return this.callers.get(accessKeyId)?.credentials;
  }

  /**
   * Whom an access key belongs to: a user, or the session of a role.
   * @throws AwsError `InvalidAccessKeyId`
   */
  arnOf(accessKeyId: string): string {
    return this.caller(accessKeyId).arn;
  }

  /**
   * What a service asks of the requests of a caller.
   * @param service its signing name, for example `s3`: whom KMS is called by for the caller
   */
  authorizerOf(
    accessKeyId: string,
    service: string,
    region: string,
  ): (action: string, resource: string) => void {
    const context = {
      "aws:SourceIp": LOCAL_ADDRESS,
      "kms:ViaService": `${service}.${region}.amazonaws.com`,
    };
    return (action, resource) => {
      this.authorize(accessKeyId, action, resource, context);
    };
  }

  /**
   * Returns only if the caller may. Everything in the local cloud stays inside one machine, so
   * `aws:SecureTransport` is true for every request, although loopback HTTP has no TLS.
   * @param action for example `s3:GetObject`
   * @param resource the ARN that IAM would check
   * @throws AwsError `AccessDenied` with the message that AWS gives, or `InvalidAccessKeyId`
   */
  authorize(
    accessKeyId: string,
    action: string,
    resource: string,
    context: ContextValues = {},
  ): void {
    const caller = this.caller(accessKeyId);
    const access: Access = {
      action,
      resource,
      context: contextOf({
        ...context,
        "aws:SecureTransport": "true",
        "aws:PrincipalAccount": this.accountId,
        "aws:PrincipalArn": caller.roleArn ?? caller.arn,
      }),
    };
    const applies = (statement: Statement) => statement.applies(access);
    const ofIdentity = this.statementsOf(caller, action).filter(applies);
    const ofResource = this.statementsAbout(resource).filter(applies);

    const deny = ofIdentity.find(isDeny);
    if (deny !== undefined) {
      this.needed.add(deny);
      throw refusal(caller, access, "with an explicit deny in an identity-based policy");
    }
    if (ofResource.some((each) => isDeny(each) && this.concerns(each.principals, caller))) {
      throw refusal(caller, access, "with an explicit deny in a resource-based policy");
    }
    const allowedByResource = ofResource.some(
      (each) => !isDeny(each) && isNamedIn(each.principals, caller),
    );
    const [allow, another] = ofIdentity;
    if (allow !== undefined && another === undefined && !allowedByResource) {
      this.needed.add(allow);
    }
    if (caller.roleArn !== undefined && allow === undefined && !allowedByResource) {
      throw refusal(caller, access, `because no identity-based policy allows the ${action} action`);
    }
  }

  /**
   * Statements of roles that could have been left out: every request so far would have been decided
   * the same without any one of them.
   */
  unneededStatements(): readonly StatementReference[] {
    return [...this.roles].flatMap(([arn, role]) =>
      this.policiesOf(role).flatMap(([policy, statements]) =>
        statements
          .filter((statement) => !this.needed.has(statement))
          .map(({ id, actions }) => ({ role: roleName(arn), policy, statement: id, actions })),
      ),
    );
  }

  private addCaller(keyPrefix: string, identity: Omit<Caller, "credentials">): Credentials {
    const credentials = {
      accessKeyId: keyPrefix + randomBytes(8).toString("hex").toUpperCase(),
      secretAccessKey: randomBytes(30).toString("base64"),
      sessionToken: randomBytes(60).toString("base64"),
    };
    this.callers.set(credentials.accessKeyId, { credentials, ...identity });
    return credentials;
  }

  private caller(accessKeyId: string): Caller {
    const caller = this.callers.get(accessKeyId);
    if (caller === undefined) {
      throw new AwsError("InvalidAccessKeyId", 403, `There is no access key ${accessKeyId}`);
    }
    return caller;
  }

  private role(arn: string): Role {
    const role = this.roles.get(arn);
    if (role === undefined) {
      throw noSuchEntity(`The role with ARN ${arn} cannot be found.`);
    }
    return role;
  }

  private policiesOf(role: Role): readonly (readonly [string, readonly Statement[]])[] {
    const managed = [...role.managedPolicies].map(
      (arn) => [arn, this.managedPolicies.get(arn) ?? []] as const,
    );
    return [...role.inlinePolicies, ...managed];
  }

  /** Statements of a caller's role that speak of an action. */
  private statementsOf({ roleArn }: Caller, action: string): readonly Statement[] {
    if (roleArn === undefined) {
      return [];
    }
    const key = `${roleArn} ${action}`;
    const known = this.statementsByAction.get(key);
    if (known !== undefined) {
      return known;
    }
    const found = this.policiesOf(this.role(roleArn))
      .flatMap(([, statements]) => statements)
      .filter((statement) => statement.concerns(action));
    this.statementsByAction.set(key, found);
    return found;
  }

  private statementsAbout(resource: string): readonly Statement[] {
    const found: Statement[] = [];
    for (const [arn, statements] of this.resourcePolicies) {
      if (
        resource.startsWith(arn) &&
        (resource.length === arn.length || resource[arn.length] === "/")
      ) {
        found.push(...statements);
      }
    }
    return found;
  }

  /** Whether principals include the caller, by name or with its whole account. */
  private concerns(principals: Principals, caller: Caller): boolean {
    const account = [this.accountId, `arn:aws:iam::${this.accountId}:root`];
    return isNamedIn(principals, caller) || principals.aws.some((each) => account.includes(each));
  }
}

/**
 * Whether principals include the caller itself. An allow for the whole account only lets the
 * account's own policies decide, which they do here anyway ("AWS JSON policy elements: Principal").
 */
function isNamedIn({ everyone, aws }: Principals, { arn, roleArn }: Caller): boolean {
  return everyone || aws.includes(arn) || (roleArn !== undefined && aws.includes(roleArn));
}

function isDeny({ effect }: Statement): boolean {
  return effect === "Deny";
}

/** The last part: a session's ARN leaves out the role's path. */
function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function noSuchEntity(message: string): AwsError {
  return new AwsError("NoSuchEntity", 404, message);
}

function refusal({ arn }: Caller, { action, resource }: Access, reason: string): AwsError {
  return new AwsError(
    "AccessDenied",
    403,
    `User: ${arn} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`,
  );
}
