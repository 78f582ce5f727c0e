/** What is checked before anything costs, and what came of it. */

/** All that the checks need to know of a stack. */
export interface PreflightPlan {
  readonly stack: string;
  readonly region: string;
  /** Twelve digits: the account that the provider reaches; empty where nobody asked it. */
  readonly accountId: string;
  readonly endpointName: string;
  readonly dataset: {
    readonly classes: readonly string[];
    readonly archive?: string | undefined;
    readonly archiveMd5?: string | undefined;
  };
  readonly training: {
    readonly instanceType: string;
    readonly instanceCount: number;
    readonly spot: boolean;
  };
  readonly hosting: {
    readonly enabled: boolean;
    readonly instanceType: string;
    /** The most that the endpoint may come to. */
    readonly instanceCount: number;
  };
  /** Whether the stack wants Model Monitor's schedule. */
  readonly managedSchedule?: true;
}

/** What became of one check; only `failed` stops an update. */
export interface CheckResult {
  readonly check: string;
  /** `skipped`: it could not be made, which is no sign of anything. */
  readonly status: "passed" | "warning" | "failed" | "skipped";
  /** What was found, or why nothing was. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface PreflightReport {
  readonly checks: readonly CheckResult[];
}
