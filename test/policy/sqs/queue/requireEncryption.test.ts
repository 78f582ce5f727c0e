import { requireEncryption } from "../../../../policy/sqs/queue/requireEncryption";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { queue } from "./resource";

const COMPLAINT =
  "Messages are not encrypted: leave out `sqsManagedSseEnabled`, or set it to true.";
const off = withValue(queue, "sqsManagedSseEnabled", false);

describe("policy sqs/queue/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "a key of the service": queue,
      "a queue that says nothing": without(queue, "sqsManagedSseEnabled"),
      "a key of ours": withValue(off, "kmsMasterKeyId", "alias/data"),
      "a key that only the update will know": withValue(off, "kmsMasterKeyId", UNKNOWN),
      "a switch that only the update will know": withValue(queue, "sqsManagedSseEnabled", UNKNOWN),
    },
    refuses: {
      "encryption switched off": [off, COMPLAINT],
      "a switch of another type": [withValue(queue, "sqsManagedSseEnabled", "no"), COMPLAINT],
      "an empty key": [withValue(off, "kmsMasterKeyId", ""), COMPLAINT],
    },
  });
});
