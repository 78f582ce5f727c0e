/** A resource as the program registered it: all that the real engine would know of it. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /**
   * The registered inputs as they go over the wire: plain JSON in which unknown values, secrets
   * and assets are the SDK's marked objects and texts.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The same for the outputs; the inputs, in a preview. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  /** URNs this resource depends on. */
  readonly dependencies: readonly string[];
  /** The same by input property. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly options: {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
  };
}
