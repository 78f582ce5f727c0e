import { disallowShellAccess } from "../../../../policy/sagemaker/trainingJob/disallowShellAccess";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { trainingJob } from "./resource";

const access = (value: unknown) =>
  withValue(trainingJob, "remoteDebugConfig", { enableRemoteDebug: value });
const COMPLAINT =
  "People can enter the container: leave out `remoteDebugConfig.enableRemoteDebug`, or set it to false.";

describe("policy sagemaker/trainingJob/disallowShellAccess", () => {
  itDecides(disallowShellAccess, {
    accepts: {
      "nothing said": trainingJob,
      "no access": access(false),
      "access that only the update will know": access(UNKNOWN),
    },
    refuses: {
      access: [access(true), COMPLAINT],
      "access by a text": [access("true"), COMPLAINT],
    },
  });
});
