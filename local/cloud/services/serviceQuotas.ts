/** Service Quotas, as far as it lists what SageMaker grants. */
import { z } from "zod";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../protocol";
import { JsonProtocol } from "./jsonProtocol";

/** Instance families that the local SageMaker lets people have, by what for. */
const FAMILIES = {
  "training job": ["g4dn", "g5", "p2", "p3"],
  "spot training job": ["g4dn", "g5", "p2", "p3"],
  endpoint: ["m5", "c5", "t2", "g4dn"],
} as const;
const SIZES = ["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge"] as const;
/** This machine counts no instances; the value is like those that accounts usually have. */
const GRANTED = 20;
const PROTOCOL = new JsonProtocol("Service Quotas", "ServiceQuotasV20190624.", "1.1");

/** "ListServiceQuotas" and "ListAWSDefaultServiceQuotas", Service Quotas API Reference. */
const list = z.strictObject({
  ServiceCode: z.string(),
  /** One of ours: it says how many come before. */
  NextToken: z.string().regex(/^\d+$/).optional(),
  MaxResults: z.int().min(1).max(100).optional(),
});

/** Of a page, unless the request wants another ("ListServiceQuotas", API reference). */
const PAGE_SIZE = 100;

export class ServiceQuotas implements Service {
  private readonly values = new Map<string, number>(
    Object.entries(FAMILIES).flatMap(([use, families]) =>
      families.flatMap((family) =>
        SIZES.map((size) => [`ml.${family}.${size} for ${use} usage`, GRANTED] as const),
      ),
    ),
  );

  /** Grants another value, or with undefined, lists the quota no more. */
  grant(name: string, value: number | undefined): void {
    if (value === undefined) {
      this.values.delete(name);
    } else {
      this.values.set(name, value);
    }
  }

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    const operation = PROTOCOL.operationOf(request);
    if (operation !== "ListServiceQuotas" && operation !== "ListAWSDefaultServiceQuotas") {
      throw PROTOCOL.unknown(operation);
    }
    request.authorize(`servicequotas:${operation}`, "*");
    const { ServiceCode, NextToken, MaxResults } = PROTOCOL.read(request, list);
    if (ServiceCode !== "sagemaker") {
      throw new AwsError(
        "NoSuchResourceException",
        400,
        `The local Service Quotas knows only sagemaker, not ${ServiceCode}`,
      );
    }
    const start = Number(NextToken ?? 0);
    const end = start + (MaxResults ?? PAGE_SIZE);
    const names = [...this.values.keys()];
    const page = names.slice(start, end).map((name) => ({
      ServiceCode,
      QuotaName: name,
      Value: this.values.get(name),
      Adjustable: true,
    }));
    return Promise.resolve(
      PROTOCOL.answer({
        Quotas: page,
        ...(end < names.length ? { NextToken: String(end) } : {}),
      }),
    );
  }

  renderError(error: AwsError): ServiceResponse {
    return PROTOCOL.refusal(error);
  }
}
