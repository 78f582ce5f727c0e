import { enableIsolation } from "../../../../policy/sagemaker/workload/enableIsolation";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { qualityJob, tuningJob } from "./resource";

const complaint = (path: string) => `The job is not isolated: set \`${path}\` to true.`;
const ISOLATION = "networkConfig.enableNetworkIsolation";
const TRAFFIC = "networkConfig.enableInterContainerTrafficEncryption";
const schedule = (config: object) =>
  subject("aws:sagemaker/monitoringSchedule:MonitoringSchedule", {
    monitoringScheduleConfig: config,
  });

describe("policy sagemaker/workload/enableIsolation", () => {
  itDecides(enableIsolation, {
    accepts: {
      "a quality job": qualityJob,
      "a tuning job": tuningJob,
      "a schedule of a job that is defined elsewhere": schedule({
        monitoringJobDefinitionName: "drift",
      }),
      "what only the update will know": withValue(qualityJob, "networkConfig", UNKNOWN),
    },
    refuses: {
      "a quality job that reaches the network": [
        withValue(qualityJob, ISOLATION, false),
        complaint(ISOLATION),
      ],
      "a quality job of which nothing is said": [
        without(qualityJob, "networkConfig"),
        complaint(ISOLATION),
        complaint(TRAFFIC),
      ],
      "plain traffic between containers": [
        withValue(qualityJob, TRAFFIC, "true"),
        complaint(TRAFFIC),
      ],
      "a schedule with a job of its own": [
        schedule({ monitoringJobDefinition: { networkConfig: { enableNetworkIsolation: true } } }),
        complaint(`monitoringScheduleConfig.monitoringJobDefinition.${TRAFFIC}`),
      ],
      "one of several training jobs": [
        withValue(tuningJob, "trainingJobDefinitions", [{ enableNetworkIsolation: true }]),
        complaint("trainingJobDefinitions[0].enableInterContainerTrafficEncryption"),
      ],
    },
  });
});
