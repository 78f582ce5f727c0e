import { StandardRetryStrategy } from "@smithy/core/retry";

type RetryToken = Awaited<ReturnType<StandardRetryStrategy["acquireInitialRetryToken"]>>;
type RetryErrorInfo = Parameters<StandardRetryStrategy["refreshRetryTokenForRetry"]>[1];

/**
 * Tries each request again as the SDK does, but on an allowance of its own. The SDK's own strategies
 * have one for all requests of a client: a hundred answers `SlowDown`, as dozens of transfers get
 * within a second or two, use it up, and every request that is refused then is given up.
 */
class RetryEachRequest {
  private readonly strategies = new WeakMap<RetryToken, StandardRetryStrategy>();

  /** @param maxAttempts of one request */
  constructor(private readonly maxAttempts: number) {}

  async acquireInitialRetryToken(scope: string): Promise<RetryToken> {
    const strategy = new StandardRetryStrategy({ maxAttempts: this.maxAttempts });
    return this.remember(await strategy.acquireInitialRetryToken(scope), strategy);
  }

  /** Waits before it resolves. Rejects when the request is to be given up. */
  async refreshRetryTokenForRetry(token: RetryToken, error: RetryErrorInfo): Promise<RetryToken> {
    const strategy = this.strategies.get(token);
    if (strategy === undefined) {
      throw new Error("The token is of no request");
    }
    return this.remember(await strategy.refreshRetryTokenForRetry(token, error), strategy);
  }

  /** What a request has left of its allowance goes with it. */
  recordSuccess(): void {
    return undefined;
  }

  private remember(token: RetryToken, strategy: StandardRetryStrategy): RetryToken {
    this.strategies.set(token, strategy);
    return token;
  }
}

/**
 * Settings of a client of the SDK that does much at once: a request is not given up for what others
 * have met.
 * @param maxAttempts of one request
 */
export function retries(maxAttempts: number) {
  return { maxAttempts, retryStrategy: new RetryEachRequest(maxAttempts) };
}
