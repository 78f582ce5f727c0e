/**
 * In bundles in the place of `@smithy/core/event-streams`: no operation that the functions call
 * answers with a stream of events.
 */

/** Encodes events: nothing does. */
export const eventStreamSerdeProvider = (): undefined => undefined;

/** Adds to a client's configuration what it encodes events with: nothing. */
export const resolveEventStreamSerdeConfig = <T>(configuration: T): T => configuration;

/** @throws Error always: somebody called an operation that has events */
export function EventStreamSerde(): never {
  throw new Error("Bundles have no event streams: see SUBSTITUTES in infra/functionBundle.ts");
}
