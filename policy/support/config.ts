/** Checks the config of the whole pack before anything is judged by it. */
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { readExceptions } from "./exceptions";
import { insteadOf } from "./names";
import type { ResourceRule, StackRule } from "./rule";
import { refuseStraySettings } from "./settings";

/** The config of the pack names a policy that there is not, or has settings where none belong. */
export class PolicyConfigError extends Error {
  override readonly name = "PolicyConfigError";

  constructor(message: string) {
    super(message);
    // The SDK sends the trace along, which is of no use to whoever mends a file.
    this.stack = String(this);
  }
}

type Rules = readonly Pick<ResourceRule | StackRule, "name" | "configSchema">[];

/**
 * Makes the pack that is started next in this process refuse config that does not fit its policies.
 * The engine checks values against schemas; names that there are not it passes on, to policies
 * that never see them (`applyConfig` in `pkg/resource/analyzer/config.go`). The SDK has no place
 * for a check of all config, so it is made where the SDK reads it from the request.
 */
export function checkConfigOf(rules: Rules): void {
  const { configure } = AnalyzerService;
  const decode = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    const request = decode(bytes);
    const given = request.getPolicyconfigMap();
    request.getPolicyconfigMap = () => {
      const settings: Record<string, object> = {};
      given.forEach((config, name) => {
        settings[name] = config.getProperties()?.toJavaScript() ?? {};
      });
      refuseMisfits(rules, settings);
      return given;
    };
    return request;
  };
}

/**
 * @param config settings by policy, or `all`
 * @throws {PolicyConfigError} with all that is wrong, each with the policy it is about
 */
export function refuseMisfits(
  rules: Rules,
  config: Readonly<Record<string, object>>,
  now: Date = new Date(),
): void {
  const names = rules.map(({ name }) => name);
  const complaints = Object.entries(config).flatMap(([name, settings]) => {
    const properties = rules.find((rule) => rule.name === name)?.configSchema?.properties ?? {};
    if (name === "all") {
      return Object.keys(settings).map((key) => `all: it takes a level, and no setting "${key}"`);
    }
    if (!names.includes(name)) {
      return [`No policy is called "${name}"; ${insteadOf(name, names)}`];
    }
    try {
      refuseStraySettings(settings, Object.keys(properties));
      readExceptions((settings as { exceptions?: unknown }).exceptions, now);
      return [];
    } catch (error) {
      return [`${name}: ${String(error)}`];
    }
  });
  if (complaints.length > 0) {
    throw new PolicyConfigError(complaints.join("\n"));
  }
}
