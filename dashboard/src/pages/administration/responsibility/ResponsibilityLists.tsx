import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { versionsQuery } from "../../../api/responsibility";
import { Empty } from "../../../parts/Empty";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Waiting } from "../../../parts/Waiting";
import { AskWho } from "./AskWho";
import { ImportList } from "./ImportList";
import { ListRows } from "./ListRows";
import { ReplayPeriod } from "./ReplayPeriod";
import classes from "./ResponsibilityLists.module.css";
import { Versions } from "./Versions";

/** Who answers for what: the list in force, its versions, a new one, and what it would do. */
export function ResponsibilityLists() {
  const { t } = useTranslation();
  const { open } = useSearch({ from: "/inside/administration" });
  const versions = useQuery(versionsQuery);
  const current = versions.data?.find(({ state }) => state === "current");
  const shown = versions.data?.find(({ id }) => id === open) ?? current;

  return (
    <div className={classes.page}>
      <ProblemNote error={versions.error} onRetry={() => void versions.refetch()} />
      {versions.isPending && !versions.error && <Waiting />}
      {versions.data?.length === 0 && <Empty text={t("administration.lists.none")} />}
      {versions.data && (
        <div className={classes.pair}>
          <ImportList />
          <Versions versions={versions.data} current={current} shown={shown} />
        </div>
      )}
      {shown && <ListRows key={shown.id} version={shown} />}
      {shown && (
        <div className={classes.pair}>
          <AskWho key={shown.id} version={shown} />
          <ReplayPeriod key={`replay ${shown.id}`} version={shown} />
        </div>
      )}
    </div>
  );
}
