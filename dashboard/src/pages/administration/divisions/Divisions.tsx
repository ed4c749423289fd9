import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../../api/cameras";
import { versionQuery, versionsQuery } from "../../../api/responsibility";
import { Empty } from "../../../parts/Empty";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Waiting } from "../../../parts/Waiting";
import classes from "./Divisions.module.css";
import { DivisionBranch } from "./DivisionBranch";
import { treeOf } from "./tree";
import { Units } from "./Units";

/** Divisions are what cameras and the list in force name; so are units. */
export function Divisions() {
  const { t } = useTranslation();
  const cameras = useQuery(camerasQuery);
  const versions = useQuery(versionsQuery);
  const current = versions.data?.find(({ state }) => state === "current");
  const list = useQuery({ ...versionQuery(current?.id ?? ""), enabled: !!current });
  const asked = [cameras, versions, list];
  const error = asked.find((each) => each.error)?.error ?? null;
  const ready = cameras.data && versions.data && (list.data || !current);
  const tree = treeOf(cameras.data ?? [], list.data?.rules ?? []);
  const empty = tree.below.length === 0 && tree.rules.length === 0 && tree.cameras.length === 0;

  return (
    <div className={classes.page}>
      <ProblemNote
        error={error}
        onRetry={() => asked.forEach((each) => each.error && void each.refetch())}
      />
      {!ready && !error && <Waiting />}
      {ready && empty && (
        <Empty text={t("administration.divisions.none")}>
          <Link to="/administration" search={{ tab: "responsibility" }}>
            {t("administration.lists.import")}
          </Link>
        </Empty>
      )}
      {ready && !empty && (
        <>
          <Panel title={t("administration.divisions.tree")}>
            <ul className={classes.tree}>
              <DivisionBranch division={tree} units={list.data?.units ?? []} />
            </ul>
          </Panel>
          <Units list={list.data} />
        </>
      )}
    </div>
  );
}
