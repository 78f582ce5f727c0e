import type { Property } from "../../support/property";

/** Everything of SageMaker that runs containers, or writes, besides endpoints and training jobs. */
export const WORKLOADS: readonly string[] = [
  "aws:sagemaker/algorithm:Algorithm",
  "aws:sagemaker/app:App",
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
  "aws:sagemaker/domain:Domain",
  "aws:sagemaker/hub:Hub",
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob",
  "aws:sagemaker/labelingJob:LabelingJob",
  "aws:sagemaker/modelCardExportJob:ModelCardExportJob",
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
  "aws:sagemaker/notebookInstance:NotebookInstance",
  "aws:sagemaker/pipeline:Pipeline",
  "aws:sagemaker/space:Space",
  "aws:sagemaker/userProfile:UserProfile",
];

/**
 * All properties of a name, in whatever case, wherever they are in a resource, and in the
 * definition of a pipeline, which is a text.
 */
export function everywhere(resource: Property, name: string): readonly Property[] {
  const wanted = name.toLowerCase();
  const inside = (property: Property): Property[] => [
    ...property.items().flatMap(inside),
    ...(property.isMap ? property.entries() : []).flatMap(([key, value]) => [
      ...(key.toLowerCase() === wanted ? [value] : []),
      ...inside(key === "pipelineDefinition" ? value.json() : value),
    ]),
  ];
  return inside(resource);
}

/**
 * What a value of a pipeline can be: itself, or what its parameter may be (`{"Get":
 * "Parameters.InstanceType"}`), which is its default and all that it enumerates.
 */
export function valuesOf(resource: Property, value: Property): readonly Property[] {
  const reference = value.at("Get");
  if (!reference.isKnown) {
    return [value];
  }
  const parameters = resource.at("pipelineDefinition").json().at("Parameters").items();
  const parameter = parameters.find((each) =>
    reference.is((name) => each.at("Name").is((own) => name === `Parameters.${String(own)}`)),
  );
  return parameter === undefined
    ? [value]
    : [parameter.at("DefaultValue"), ...parameter.at("EnumValues").items()];
}
