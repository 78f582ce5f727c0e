/** What can go wrong with an endpoint on AWS, and does here when it is asked for. */
export const ENDPOINT_FAULTS = ["create-fails", "create-hangs", "update-rolls-back"] as const;
export type EndpointFault = (typeof ENDPOINT_FAULTS)[number];
