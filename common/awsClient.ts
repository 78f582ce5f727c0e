/** What all clients of AWS have in common: as whom they ask, and by which way. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import type { AgentOptions } from "node:https";
import { rootCertificates } from "node:tls";
import {
  fromEnv,
  fromIni,
  fromNodeProviderChain,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from "@aws-sdk/credential-providers";
import {
  IDENTITY_VARIABLE,
  type AssumedRole,
  type Identity,
  type RoleSession,
  type WebIdentity,
} from "../contract/credentials";
import { EnvironmentAgent, isProxied } from "./proxy";

type CredentialProvider = ReturnType<typeof fromNodeProviderChain>;

/** Variables that name files; the provider takes `~` for the home folder, the SDK does not. */
const FILE_VARIABLES = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE"] as const;

/** Sessions are told apart by it in CloudTrail, unless the configuration names them. */
const SESSION_NAME = "ml-workflow-aws";

export interface ClientOptions {
  /** Connections at the same time; the SDK's own limit unless given. */
  readonly maxSockets?: number;
  /** Most milliseconds from a request to its answer; no limit unless given. */
  readonly requestTimeout?: number;
}

interface Transport {
  readonly requestHandler: {
    readonly httpAgent: AgentOptions | EnvironmentAgent;
    readonly httpsAgent: AgentOptions | EnvironmentAgent;
    readonly connectionTimeout: number;
    readonly requestTimeout?: number;
    readonly throwOnRequestTimeout?: boolean;
  };
}

/** Part of what every client's constructor takes. */
interface ClientSettings extends Transport {
  readonly credentials?: CredentialProvider;
}

/**
 * Settings for the constructor of any AWS SDK client. A program that an update started acts as the
 * provider does, in its order: a profile of the configuration, keys in the environment, everything
 * else where the SDK looks; then the roles that the configuration has assumed. Any other program is
 * left to the SDK's own order. Requests go through the environment's proxy and trust what is in
 * `AWS_CA_BUNDLE`, which the SDK does not read by itself.
 * @param environment that of the process, for the SDK reads more of it by itself
 * @throws Error when `AWS_CA_BUNDLE` cannot be read
 */
export function clientSettings(
  { maxSockets = 50, requestTimeout }: ClientOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): ClientSettings {
  // Nine lines about the oldest Node.js that the project supports, in the middle of the progress.
  environment["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  for (const name of FILE_VARIABLES) {
    const path = environment[name];
    if (path?.startsWith("~/") === true) {
      environment[name] = homedir() + path.slice(1);
    }
  }
  const connections = { maxSockets, keepAlive: true, ...certificates(environment) };
  const agent = isProxied(environment)
    ? new EnvironmentAgent(connections, environment)
    : connections;
  const requestHandler = {
    httpAgent: agent,
    httpsAgent: agent,
    connectionTimeout: 10_000,
    ...(requestTimeout === undefined ? {} : { requestTimeout, throwOnRequestTimeout: true }),
  };
  const identity = environment[IDENTITY_VARIABLE];
  return {
    requestHandler,
    ...(identity === undefined
      ? {}
      : {
          credentials: credentialsOf(
            JSON.parse(identity) as Identity,
            { requestHandler },
            environment,
          ),
        }),
  };
}

function certificates(environment: NodeJS.ProcessEnv): { readonly ca?: string[] } {
  const bundle = environment["AWS_CA_BUNDLE"];
  return bundle === undefined || bundle === ""
    ? {}
    : { ca: [...rootCertificates, readFileSync(bundle, "utf8")] };
}

function credentialsOf(
  { profile, webIdentity, roles = [], stsRegion }: Identity,
  transport: Transport,
  environment: NodeJS.ProcessEnv,
): CredentialProvider {
  const region = stsRegion ?? environment["AWS_REGION"];
  const clientConfig = { ...transport, ...(region === undefined ? {} : { region }) };
  const first =
    webIdentity !== undefined
      ? asWebIdentity(webIdentity, clientConfig)
      : profile !== undefined
        ? fromIni({ profile, clientConfig })
        : environment["AWS_ACCESS_KEY_ID"]
          ? fromEnv()
          : fromNodeProviderChain({ clientConfig });
  return roles.reduce<CredentialProvider>(
    (masterCredentials, role) =>
      fromTemporaryCredentials({ params: assumption(role), masterCredentials, clientConfig }),
    first,
  );
}

function asWebIdentity(
  { token, tokenFile, ...session }: WebIdentity,
  clientConfig: object,
): CredentialProvider {
  const role = { ...sessionOf(session), clientConfig };
  return token === undefined
    ? fromTokenFile({
        ...role,
        ...(tokenFile === undefined ? {} : { webIdentityTokenFile: tokenFile }),
      })
    : fromWebToken({ ...role, webIdentityToken: token });
}

function sessionOf({ roleArn, sessionName, durationSeconds, policy, policyArns }: RoleSession) {
  return {
    roleArn,
    roleSessionName: sessionName ?? SESSION_NAME,
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(policy === undefined ? {} : { policy }),
    ...(policyArns === undefined ? {} : { policyArns: policyArns.map((arn) => ({ arn })) }),
  };
}

/** The request "AssumeRole" of AWS STS. */
function assumption(role: AssumedRole) {
  const { roleArn, roleSessionName, durationSeconds, policy, policyArns } = sessionOf(role);
  const { externalId, sourceIdentity, tags, transitiveTagKeys } = role;
  return {
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    DurationSeconds: durationSeconds,
    Policy: policy,
    PolicyArns: policyArns,
    ExternalId: externalId,
    SourceIdentity: sourceIdentity,
    Tags:
      tags === undefined ? undefined : Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    TransitiveTagKeys: transitiveTagKeys === undefined ? undefined : [...transitiveTagKeys],
  };
}
