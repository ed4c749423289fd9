import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { situationsQuery } from "../../api/situations";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { useMay } from "../../parts/useMay";

/** Plans that change deployments for a while; they are switched on the wall. */
export function SituationsPanel() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const situations = useQuery(situationsQuery);
  if (situations.data?.length === 0) return null;

  return (
    <Panel
      title={t("scenarios.situations")}
      actions={may("live.read") && <Link to="/">{t("scenarios.toWall")} →</Link>}
    >
      <ProblemNote error={situations.error} onRetry={() => void situations.refetch()} />
      {situations.data && (
        <Rows
          label={t("scenarios.situations")}
          columns={[
            { head: t("scenarios.situation") },
            { head: t("scenarios.state") },
            { head: t("scenarios.changes"), number: true },
          ]}
          rows={situations.data.map(({ id, name, plan, activation }) => ({
            key: id,
            cells: [
              name,
              activation ? (
                <Mark key="on" tone="notice">
                  {t("scenarios.activeSince", {
                    when: clock(language, activation.activated_at),
                    who: activation.activated_by,
                  })}
                </Mark>
              ) : (
                <Mark key="off" tone="quiet">
                  {t("scenarios.inactive")}
                </Mark>
              ),
              plan.deployments?.length ?? 0,
            ],
          }))}
        />
      )}
    </Panel>
  );
}
