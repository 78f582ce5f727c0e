import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { IDENTITY_VARIABLE, type Identity } from "../contract/credentials";
import { region } from "./account";

type Environment = Readonly<Record<string, pulumi.Input<string>>>;

/** The provider is configured in a way in which a program of ours cannot reach AWS. */
export class ProviderConfigError extends pulumi.RunError {
  constructor(setting: string, problem: string) {
    super(`aws:${setting} ${problem}`);
    this.name = "ProviderConfigError";
  }
}

/** Settings that are handed over as the variable which has the same meaning for the AWS SDK. */
const VARIABLES = {
  customCaBundle: "AWS_CA_BUNDLE",
  ec2MetadataServiceEndpoint: "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  ec2MetadataServiceEndpointMode: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
  noProxy: "NO_PROXY",
  skipMetadataApiCheck: "AWS_EC2_METADATA_DISABLED",
  useDualstackEndpoint: "AWS_USE_DUALSTACK_ENDPOINT",
  useFipsEndpoint: "AWS_USE_FIPS_ENDPOINT",
} as const;

/** The same for what may hold a password. */
const SECRET_VARIABLES = { httpProxy: "HTTP_PROXY", httpsProxy: "HTTPS_PROXY" } as const;

/** The same for lists of files, of which the SDK reads one. */
const FILE_VARIABLES = {
  sharedConfigFiles: "AWS_CONFIG_FILE",
  sharedCredentialsFiles: "AWS_SHARED_CREDENTIALS_FILE",
} as const;

/** Services that our programs call, as `aws:endpoints` names them. */
const ENDPOINT_VARIABLES = {
  s3: "AWS_ENDPOINT_URL_S3",
  sagemaker: "AWS_ENDPOINT_URL_SAGEMAKER",
  servicequotas: "AWS_ENDPOINT_URL_SERVICE_QUOTAS",
  sts: "AWS_ENDPOINT_URL_STS",
} as const;

/** Settings that have their own way below. */
const SPECIAL = [
  ...["accessKey", "secretKey", "token", "profile"],
  ...["assumeRoles", "assumeRoleWithWebIdentity", "stsRegion", "endpoints"],
  // Known from the provider itself, wherever it has it from.
  "region",
];

/** Settings that do not decide as whom, where and by which way AWS is reached. */
const WITHOUT_CONSEQUENCE = [
  // The provider stops by itself, before a program of ours is run.
  ...["allowedAccountIds", "forbiddenAccountIds"],
  ...["skipCredentialsValidation", "skipRegionValidation", "skipRequestingAccountId"],
  // Our programs make no resources, and try again in their own way.
  ...["defaultTags", "ignoreTags", "tagPolicyCompliance", "userAgents"],
  ...["maxRetries", "retryMode", "tokenBucketRateLimiterCapacity"],
  // Other names for the same bucket, at the same service.
  ...["s3UsePathStyle", "s3UsEast1RegionalEndpoint"],
  // Of the Pulumi SDK: which release of the provider is used, and from where.
  ...["version", "pluginDownloadURL"],
];

const REFUSED: Readonly<Record<string, string>> = {
  insecure:
    "switches off the check of certificates, which the ETL and the gates do not do without: " +
    "give the certificates in aws:customCaBundle",
};

const session = {
  roleArn: z.string(),
  sessionName: z.string().optional(),
  duration: z.string().optional(),
  policy: z.string().optional(),
  policyArns: z.array(z.string()).optional(),
};
const rolesSchema = z.array(
  z.strictObject({
    ...session,
    externalId: z.string().optional(),
    sourceIdentity: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
    transitiveTagKeys: z.array(z.string()).optional(),
  }),
);
const webIdentitySchema = z.strictObject({
  ...session,
  webIdentityToken: z.string().optional(),
  webIdentityTokenFile: z.string().optional(),
});
const endpointsSchema = z.array(z.record(z.string(), z.string()));
const filesSchema = z.array(z.string());

/**
 * Environment in which a program of ours reaches AWS as the provider does, whatever the provider was
 * configured with; what the provider takes from its own environment, the program has there too. Keys,
 * tokens, roles and addresses of proxies are secrets in the state.
 * @throws ProviderConfigError for a setting with which that cannot be done, or that nobody knows
 */
export function providerEnvironment(): Environment {
  const config = new pulumi.Config("aws");
  refuseUnusable(config);
  return {
    AWS_REGION: region(),
    ...copied(config),
    ...endpoints(config),
    ...keys(config),
    [IDENTITY_VARIABLE]: identity(config),
  };
}

function refuseUnusable(config: pulumi.Config): void {
  const known = [VARIABLES, SECRET_VARIABLES, FILE_VARIABLES].flatMap((each) => Object.keys(each));
  for (const key of Object.keys(pulumi.runtime.allConfig() ?? {})) {
    const [namespace, name = ""] = key.split(":");
    const value = namespace === "aws" ? config.get(name) : undefined;
    if (value === undefined || value === "" || value === "false") {
      continue;
    }
    const refusal = REFUSED[name];
    if (refusal !== undefined) {
      throw new ProviderConfigError(name, refusal);
    }
    if (![...known, ...SPECIAL, ...WITHOUT_CONSEQUENCE].includes(name)) {
      throw new ProviderConfigError(
        name,
        "is a setting of which it is not known whether the ETL and the gates would still act as the " +
          "provider does; say in infra/providerEnvironment.ts what becomes of it",
      );
    }
  }
}

function copied(config: pulumi.Config): Environment {
  const environment: Record<string, pulumi.Input<string>> = {};
  for (const [setting, variable] of Object.entries(VARIABLES)) {
    const value = config.get(setting);
    if (value !== undefined) {
      environment[variable] = value;
    }
  }
  for (const [setting, variable] of Object.entries(SECRET_VARIABLES)) {
    const value = config.getSecret(setting);
    if (value !== undefined) {
      environment[variable] = value;
    }
  }
  for (const [setting, variable] of Object.entries(FILE_VARIABLES)) {
    const [file, another] = structured(config, setting, filesSchema) ?? [];
    if (another !== undefined) {
      throw new ProviderConfigError(
        setting,
        "names several files, of which the ETL and the gates can read one: put them into one",
      );
    }
    if (file !== undefined) {
      environment[variable] = file;
    }
  }
  return environment;
}

function endpoints(config: pulumi.Config): Environment {
  const given = Object.assign({}, ...(structured(config, "endpoints", endpointsSchema) ?? [])) as {
    readonly [service: string]: string | undefined;
  };
  return Object.fromEntries(
    Object.entries(ENDPOINT_VARIABLES).flatMap(([service, variable]) => {
      const url = given[service];
      return url === undefined ? [] : [[variable, url]];
    }),
  );
}

/** Keys of the configuration go before everything else; an old session token must not join them. */
function keys(config: pulumi.Config): Environment {
  const accessKey = config.getSecret("accessKey");
  const secretKey = config.getSecret("secretKey");
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    throw new ProviderConfigError(
      accessKey === undefined ? "secretKey" : "accessKey",
      "is set alone: aws:accessKey and aws:secretKey belong together",
    );
  }
  return accessKey === undefined || secretKey === undefined
    ? {}
    : {
        AWS_ACCESS_KEY_ID: accessKey,
        AWS_SECRET_ACCESS_KEY: secretKey,
        AWS_SESSION_TOKEN: config.getSecret("token") ?? "",
      };
}

function identity(config: pulumi.Config): pulumi.Input<string> {
  const profile = config.get("accessKey") === undefined ? config.get("profile") : undefined;
  const stsRegion = config.get("stsRegion");
  const roles = structured(config, "assumeRoles", rolesSchema);
  const web = structured(config, "assumeRoleWithWebIdentity", webIdentitySchema);
  const plain = {
    ...(profile === undefined ? {} : { profile }),
    ...(stsRegion === undefined ? {} : { stsRegion }),
  };
  if (roles === undefined && web === undefined) {
    return JSON.stringify(plain satisfies Identity);
  }
  const {
    webIdentityToken: token,
    webIdentityTokenFile: tokenFile,
    ...webSession
  } = web ?? { roleArn: "" };
  const whole = {
    ...plain,
    ...(web === undefined
      ? {}
      : {
          webIdentity: {
            ...withSeconds("assumeRoleWithWebIdentity", webSession),
            token,
            tokenFile,
          },
        }),
    roles: roles?.map((role) => withSeconds("assumeRoles", role)),
  };
  return pulumi.secret(JSON.stringify(whole));
}

/** @throws ProviderConfigError when the value is not of the shape that the provider documents */
function structured<T>(
  config: pulumi.Config,
  setting: string,
  schema: z.ZodType<T>,
): T | undefined {
  const value: unknown = config.getObject(setting);
  if (value === undefined) {
    return undefined;
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    // Without the value, which may be a secret.
    throw new ProviderConfigError(setting, `cannot be used: ${z.prettifyError(result.error)}`);
  }
  return result.data;
}

const SECONDS = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 } as const;

/** The provider takes a duration as Go writes it, such as `1h30m`; AWS counts seconds. */
function withSeconds<T extends { readonly duration?: string | undefined }>(
  setting: string,
  { duration, ...session }: T,
) {
  if (duration === undefined) {
    return session;
  }
  if (!/^(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/.test(duration)) {
    throw new ProviderConfigError(
      setting,
      `has the duration ${JSON.stringify(duration)}; write it as 1h30m, with the units h, m and s`,
    );
  }
  const parts = duration.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g);
  const durationSeconds = [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit as keyof typeof SECONDS],
    0,
  );
  return { ...session, durationSeconds: Math.round(durationSeconds) };
}
