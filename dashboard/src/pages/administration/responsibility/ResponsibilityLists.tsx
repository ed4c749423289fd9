import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { versionsQuery } from "../../../api/responsibility";
import { ProblemNote } from "../../../parts/ProblemNote";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { AskWho } from "./AskWho";
import { ImportList } from "./ImportList";
import { ListRows } from "./ListRows";
import { ReplayPeriod } from "./ReplayPeriod";
import classes from "./ResponsibilityLists.module.css";
import { Versions } from "./Versions";

/** Who answers for what: the list in force, its versions, a new one, and what it would do. */
export function ResponsibilityLists() {
  const { open } = useSearch({ from: "/inside/administration" });
  const may = useMay()("responsibility.write");
  const versions = useQuery(versionsQuery);
  const current = versions.data?.find(({ state }) => state === "current");
  const shown = versions.data?.find(({ id }) => id === open) ?? current;

  return (
    <div className={classes.page}>
      <ProblemNote error={versions.error} onRetry={() => void versions.refetch()} />
      {versions.isPending && !versions.error && <Waiting />}
      {versions.data && (
        <div className={classes.pair}>
          {may && <ImportList />}
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
