import { region } from "../infra/account";
import { readConfig } from "./config";
import { githubProvider, GithubRole } from "./githubRole";
import { deploy, inspect } from "./permissions";
import { StateBackend } from "./stateBackend";

const { repository, branch, project, stacks } = readConfig();

// The state of all stacks, with its history, and the key for secrets in it.
const state = new StateBackend("pulumi-state");

const provider = githubProvider("github");

// Previews and the daily look for drift read the state and how resources are set up.
const preview = new GithubRole("ci-preview", {
  provider,
  repository,
  subjects: ["pull_request", `ref:refs/heads/${branch}`],
  hours: 1,
  policies: { state: state.read(), ...inspect() },
});

// One role per environment, for the jobs that the environment lets through.
const deployers = stacks.map((stack) => ({
  stack,
  role: new GithubRole(`ci-deploy-${stack}`, {
    provider,
    repository,
    subjects: [`environment:${stack}`],
    hours: 4,
    policies: { state: state.update(project, stack), ...deploy() },
  }),
}));

/** What the repository's settings, and those of its environments, are to hold. */
export const variables = {
  AWS_REGION: region(),
  PULUMI_BACKEND_URL: state.url,
  AWS_PREVIEW_ROLE: preview.arn,
  AWS_DEPLOY_ROLE: Object.fromEntries(deployers.map(({ stack, role }) => [stack, role.arn])),
};

/** For `pulumi stack init --secrets-provider`. */
export const secretsProvider = state.secretsProvider;
