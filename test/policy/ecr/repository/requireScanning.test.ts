import { requireScanning } from "../../../../policy/ecr/repository/requireScanning";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { repository } from "./resource";

const SCANNING = "imageScanningConfiguration";
const COMPLAINT = `Images are not scanned: set \`${SCANNING}.scanOnPush\` to true.`;

const bare = withValue(without(repository, SCANNING), "name", "models/base");
const registry = (filter: unknown, scanFrequency = "SCAN_ON_PUSH") =>
  subject("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", {
    scanType: "BASIC",
    rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: "WILDCARD" }] }],
  });

describe("policy ecr/repository/requireScanning", () => {
  itDecides(requireScanning, {
    accepts: {
      "a repository that scans": repository,
      "what only the update will know": withValue(repository, `${SCANNING}.scanOnPush`, UNKNOWN),
      "a registry that scans all": [bare, registry("*")],
      "a registry that scans what is so called": [bare, registry("models")],
      "a registry that scans all the time": [bare, registry("models/*", "CONTINUOUS_SCAN")],
      "a registry that scans who knows what": [bare, registry(UNKNOWN)],
      "a repository whose name is not known yet": [
        withValue(bare, "name", UNKNOWN),
        registry("models/*"),
      ],
    },
    refuses: {
      "a repository that says nothing": [bare, COMPLAINT],
      "a repository that does not scan": [
        withValue(bare, SCANNING, { scanOnPush: false }),
        COMPLAINT,
      ],
      "scanning switched on by a text": [
        withValue(bare, SCANNING, { scanOnPush: "true" }),
        COMPLAINT,
      ],
      "a registry that scans others": [[bare, registry("jobs/*")], COMPLAINT],
      "a registry that scans by hand": [[bare, registry("*", "MANUAL")], COMPLAINT],
    },
  });
});
