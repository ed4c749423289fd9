import { Button, SegmentedControl } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../parts/useMay";
import { Page } from "../shell/Page";
import { Challenges } from "./algorithms/Challenges";
import { Registry } from "./algorithms/Registry";
import { TABS } from "./algorithms/search";
import { Submissions } from "./algorithms/Submissions";
import "./algorithms/words";

/** What there is, what was handed in, and what is asked for. */
export function Algorithms() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = useNavigate({ from: "/algorithms" });
  const { tab = "registry", challenge } = useSearch({ from: "/inside/algorithms" });

  return (
    <Page
      title={t("nav.algorithms")}
      actions={
        may("algorithms.submit") && (
          <Button component={Link} to="/algorithms/submit">
            {t("algorithms.submit")}
          </Button>
        )
      }
    >
      <SegmentedControl
        mb="md"
        data={TABS.map((value) => ({ value, label: t(`algorithms.tab.${value}`) }))}
        value={tab}
        onChange={(value) => void navigate({ search: { tab: TABS.find((one) => one === value) } })}
      />
      {tab === "registry" && <Registry />}
      {tab === "submissions" && <Submissions />}
      {tab === "challenges" && <Challenges open={challenge} />}
    </Page>
  );
}
