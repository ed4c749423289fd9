/** The view of a deployment, as its address says it. */
export interface DeploymentSearch {
  /** The replay whose outcome is shown. */
  replay?: string;
}

export function readDeploymentSearch(search: Record<string, unknown>): DeploymentSearch {
  const { replay } = search;
  return { replay: typeof replay === "string" && replay ? replay : undefined };
}
