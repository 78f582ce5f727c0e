import { isLike } from "../../support/glob";
import type { Member } from "../../support/member";
import { onEach, type StackRule } from "../../support/rule";
import type { Stack } from "../../support/stack";

const REGISTRY = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";

/** Besides these there is only `MANUAL`. */
const FREQUENCIES = ["SCAN_ON_PUSH", "CONTINUOUS_SCAN"];

/** A repository says it for itself, or the registry for all whose names its filters are like. */
export const requireScanning: StackRule = {
  name: "ecr-repository-require-scanning",
  displayName: "Images are searched for known flaws",
  description: "Every image must be scanned when it is pushed, or all the time.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["ecr", "security"],
  remediationSteps:
    "Set `imageScanningConfiguration.scanOnPush` to true, or add an " +
    "`aws.ecr.RegistryScanningConfiguration`.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
  validateStack: onEach(["aws:ecr/repository:Repository"], (repository, stack, report) => {
    const scans = repository.props.at("imageScanningConfiguration").at("scanOnPush");
    if (!scans.mayBe((value) => value === true) && !isScannedByRegistry(repository, stack)) {
      report(`Images are not scanned: set \`${scans.path}\` to true.`);
    }
  }),
};

function isScannedByRegistry({ props }: Member, stack: Stack): boolean {
  const rules = stack
    .ofTypes([REGISTRY])
    .flatMap((registry) => registry.props.at("rules").blocks())
    .filter((rule) =>
      rule.at("scanFrequency").mayBe((value) => FREQUENCIES.includes(value as string)),
    );
  return rules
    .flatMap((rule) => rule.within("repositoryFilters.filter"))
    .some((filter) =>
      filter.mayBe((form) =>
        // A filter without a wildcard is like whatever contains it.
        props.at("name").mayBe((name) => isLike(String(name), formOf(String(form)))),
      ),
    );
}

function formOf(filter: string): string {
  return filter.includes("*") ? filter : `*${filter}*`;
}
