/**
 * Changes to the graph of our own program that break the policies they name, and no other: the proof that the
 * program is held to the pack, and not only fixtures. One table, so that a missing row is seen.
 */
import { access } from "./access";
import { everywhere } from "./everywhere";
import { federation } from "./federation";
import { iam } from "./iam";
import { jobs } from "./jobs";
import { lambda } from "./lambda";
import type { Mutation } from "./mutation";
import { registries } from "./registries";
import { rights } from "./rights";
import { s3 } from "./s3";
import { sagemaker } from "./sagemaker";
import { sharing } from "./sharing";
import { strangers } from "./strangers";
import { training } from "./training";
import { workflow } from "./workflow";
import { workloads } from "./workloads";

export const MUTATIONS: readonly Mutation[] = [
  ...sagemaker,
  ...training,
  ...s3,
  ...sharing,
  ...iam,
  ...federation,
  ...access,
  ...rights,
  ...registries,
  ...lambda,
  ...workflow,
  ...workloads,
  ...jobs,
  ...everywhere,
  ...strangers,
];
