/**
 * What others check of what such a workflow is made of, and which policies of this pack check it, too.
 * `policy/docs.ts` writes it into `docs/policies.md`.
 */
import type { Service } from "./control";
import { ecr } from "./ecr";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { logs } from "./logs";
import { sns, sqs } from "./messages";
import { sagemaker } from "./sagemaker";

export const services: readonly Service[] = [sagemaker, lambda, sns, sqs, ecr, kms, logs];
