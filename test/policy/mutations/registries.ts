/** Registries of images, and queues, beside our own program. */
import { subject } from "../../support/policy";
import { add, both, honest, mutations, type Mutation } from "./mutation";

const SCANNED = { imageScanningConfiguration: { scanOnPush: true } };
const registryScanning = (scanFrequency: string, filter: string) =>
  add(
    subject("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", {
      scanType: "BASIC",
      rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: "WILDCARD" }] }],
    }),
  );
const repository = (props: Record<string, unknown>) =>
  add(subject("aws:ecr/repository:Repository", props));

export const registries: readonly Mutation[] = [
  ...mutations("sqs-queue-require-encryption", {
    "a queue without encryption by a text": add(
      subject("aws:sqs/queue:Queue", { sqsManagedSseEnabled: "false", kmsMasterKeyId: "" }),
    ),
    "a queue without encryption": add(
      subject("aws:sqs/queue:Queue", { sqsManagedSseEnabled: false }),
    ),
  }),
  ...mutations("ecr-repository-disallow-public", {
    "images for everybody": add(
      subject("aws:ecrpublic/repository:Repository", { repositoryName: "any" }),
    ),
  }),
  ...mutations("ecr-repository-require-immutable-tags", {
    "images whose tags move": repository({ ...SCANNED, imageTagMutability: "MUTABLE" }),
    "images whose tags nobody keeps": repository(SCANNED),
    "images whose tags stay, but for all of them": repository({
      ...SCANNED,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "*", filterType: "WILDCARD" }],
    }),
  }),
  ...mutations("ecr-repository-require-scanning", {
    "images that nobody scans": repository({ imageTagMutability: "IMMUTABLE" }),
    "images that are scanned by hand": both(
      repository({ imageTagMutability: "IMMUTABLE", name: "base" }),
      registryScanning("MANUAL", "*"),
    ),
    "images of which others are scanned": both(
      repository({ imageTagMutability: "IMMUTABLE", name: "base" }),
      registryScanning("SCAN_ON_PUSH", "jobs/*"),
    ),
  }),
  ...honest({
    "images whose tags stay, but for the latest": repository({
      ...SCANNED,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }],
    }),
    "images whose tags stay": repository({ ...SCANNED, imageTagMutability: "IMMUTABLE" }),
    "images that their registry scans": both(
      repository({ imageTagMutability: "IMMUTABLE", name: "base" }),
      registryScanning("CONTINUOUS_SCAN", "*"),
    ),
    "a queue with a key of the service": add(subject("aws:sqs/queue:Queue", {})),
  }),
];
