/**
 * What a provider reports after a refresh: a bucket shows in properties of its own what its companions
 * have set, and goes on to show it when one of them is gone, or changed, until the next refresh; the
 * same holds for whatever a provider computes unless it is told (`optional` and `computed` in its
 * schema). An update then judges the new companions beside the old state.
 */
import type { Subject } from "./policy";

type Properties = Readonly<Record<string, unknown>>;

const BUCKET = "aws:s3/bucket:Bucket";

/** By the companion's class, what a bucket reports of its properties. */
const REPORTED: Readonly<Record<string, (companion: Properties) => Properties>> = {
  BucketPolicy: ({ policy }) => ({ policy }),
  BucketVersioning: ({
    versioningConfiguration: { status } = {},
  }: Properties & {
    versioningConfiguration?: { status?: string };
  }) => ({ versioning: { enabled: status === "Enabled", mfaDelete: false } }),
  BucketServerSideEncryptionConfiguration: ({ rules }) => ({
    serverSideEncryptionConfiguration: { rule: [rules].flat()[0] },
  }),
  BucketLifecycleConfiguration: ({ rules }) => ({
    lifecycleRules: ([rules].flat() as Properties[]).map(({ status, filter, ...rule }) => ({
      ...rule,
      enabled: status === "Enabled",
      prefix: (filter as { prefix?: string } | undefined)?.prefix ?? "",
    })),
  }),
};

/** What a bucket reports whether it has companions or not. */
const USUAL: Properties = {
  requestPayer: "BucketOwner",
  grants: [{ id: "owner", permissions: ["FULL_CONTROL"], type: "CanonicalUser", uri: "" }],
};

/** What is computed unless it is told, of types that rules look at. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "aws:lambda/function:Function": ["loggingConfig"],
};

/** The same resources with what a refresh finds out. */
export function refreshed(outputs: readonly Subject[]): readonly Subject[] {
  return outputs.map((each) =>
    each.type === BUCKET
      ? { ...each, props: { ...USUAL, ...ofCompanions(each, outputs), ...each.props } }
      : each,
  );
}

function ofCompanions({ props }: Subject, outputs: readonly Subject[]): Properties {
  return Object.assign(
    {},
    ...outputs
      .filter((companion) => companion.props["bucket"] === props["bucket"])
      .map(({ type, props: own }) => REPORTED[type.split(":").at(-1) ?? ""]?.(own) ?? {}),
  ) as Properties;
}

/** What is reported of changed resources: what was computed stays when it is no longer told. */
export function stillReported(
  before: readonly Subject[],
  changed: readonly Subject[],
): readonly Subject[] {
  const old = new Map(before.map((each) => [each.urn, each]));
  return changed.map((each) => {
    const was = old.get(each.urn)?.props ?? {};
    const kept = (COMPUTED[each.type] ?? []).filter((key) => key in was && !(key in each.props));
    return kept.length === 0
      ? each
      : {
          ...each,
          props: { ...Object.fromEntries(kept.map((key) => [key, was[key]])), ...each.props },
        };
  });
}
