import type { Subject } from "../support/policy";
import { endpointConfiguration } from "./sagemaker/endpointConfiguration/resource";

/** One resource of every kind that a policy judges, each keeping all policies. */
export const compliant: readonly Subject[] = [endpointConfiguration];
