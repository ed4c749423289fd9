import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Challenge } from "../../api/challenges";
import type { Scenario } from "../../api/scenarios";
import { Mark } from "../../parts/Mark";
import { useMay } from "../../parts/useMay";

/** Ready, or what it waits for and where somebody can bring that. */
export function Readiness(props: { scenario: Scenario; challenge?: Challenge }) {
  const { t } = useTranslation();
  const may = useMay();
  const { scenario, challenge } = props;
  if (scenario.status === "ready") {
    return (
      <span>
        <Mark tone="good">{t("scenarios.status.ready")}</Mark>
      </span>
    );
  }
  return (
    <span>
      <Mark tone="notice">{t("scenarios.status.open_challenge")}</Mark>
      {" · "}
      {t("scenarios.why", { missing: scenario.missing.join(", ") })}{" "}
      {challenge ? (
        <Link to="/algorithms" search={{ tab: "challenges", challenge: challenge.id }}>
          {t("scenarios.toChallenge")} →
        </Link>
      ) : (
        may("algorithms.submit") && <Link to="/algorithms/submit">{t("scenarios.bring")} →</Link>
      )}
    </span>
  );
}
