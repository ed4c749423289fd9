import { Button, SegmentedControl, Stack } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useKeys } from "../keys/useKeys";
import { useMay } from "../parts/useMay";
import { Page } from "../shell/Page";
import { Catalogue } from "./scenarios/Catalogue";
import { DeploymentsPanel } from "./scenarios/DeploymentsPanel";
import { SituationsPanel } from "./scenarios/SituationsPanel";
import { TABS } from "./scenarios/search";
import "./scenarios/words";

/** Everything the platform can watch for, and what of it is at work. */
export function Scenarios() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/scenarios" });
  const search = useSearch({ from: "/inside/scenarios" });
  const may = useMay();
  const tab = (may("deployments.read") && search.tab) || "catalogue";
  const deploys = may("deployments.write");
  useKeys(
    [{ press: "n", word: "scenarios.new", run: () => void navigate({ to: "/deployments/new" }) }],
    deploys,
  );

  return (
    <Page
      title={t("nav.scenarios")}
      actions={
        deploys && (
          <Button component={Link} to="/deployments/new">
            {t("scenarios.new")}
          </Button>
        )
      }
    >
      {may("deployments.read") && (
        <SegmentedControl
          mb="md"
          data={TABS.map((value) => ({ value, label: t(`scenarios.tab.${value}`) }))}
          value={tab}
          onChange={(value) => void navigate({ search: { tab: TABS.find((one) => one === value) } })}
        />
      )}
      {tab === "catalogue" ? (
        <Catalogue
          search={search}
          onChange={(next) => void navigate({ search: next, replace: true })}
        />
      ) : (
        <Stack>
          <DeploymentsPanel />
          <SituationsPanel />
        </Stack>
      )}
    </Page>
  );
}
