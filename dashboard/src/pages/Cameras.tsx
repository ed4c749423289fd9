import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { EXPORT_URL } from "../api/cameraImports";
import { type Camera, camerasQuery } from "../api/cameras";
import { useKeys } from "../keys/useKeys";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import { useMay } from "../parts/useMay";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import { CameraFilters } from "./cameras/CameraFilters";
import { CameraTable } from "./cameras/CameraTable";
import { chosen } from "./cameras/chosen";
import type { CamerasSearch, Order } from "./cameras/search";
import "./cameras/words";

const NONE: readonly Camera[] = [];

/** Every camera of the city, filtered and sorted as the address says. */
export function Cameras() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/cameras" });
  const search = useSearch({ from: "/inside/cameras" });
  const query = useQuery(camerasQuery);
  const cameras = query.data ?? NONE;
  const shown = useMemo(() => chosen(cameras, search), [cameras, search]);
  const adds = useMay()("cameras.write");
  useKeys(
    [{ press: "a", word: "cameras.add", run: () => void navigate({ to: "/cameras/new" }) }],
    adds,
  );

  const go = (next: CamerasSearch) => void navigate({ search: next, replace: true });
  function order(by: Order): void {
    const turned = (search.by ?? "name") === by && !search.down;
    go({ ...search, by, down: turned ? true : undefined });
  }

  return (
    <Page
      title={t("cameras.title")}
      actions={
        <>
          <a href={EXPORT_URL} download>
            {t("cameraPages.exportLink")}
          </a>
          {adds && (
            <>
              <Link to="/cameras/import">{t("cameraPages.importLink")}</Link>
              <Button component={Link} to="/cameras/new">
                {t("cameras.add")}
              </Button>
            </>
          )}
        </>
      }
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Waiting height={320} />}
      {query.data?.length === 0 && <Empty text={t("cameras.empty")} />}
      {cameras.length > 0 && (
        <>
          <CameraFilters cameras={cameras} search={search} onChange={go} />
          <p role="status">
            {t("cameraPages.shown", { shown: shown.length, count: cameras.length })}
          </p>
          {shown.length > 0 ? (
            <CameraTable cameras={shown} search={search} onOrder={order} />
          ) : (
            <Empty text={t("cameraPages.filteredOut")}>
              <Button variant="default" onClick={() => go({})}>
                {t("cameraPages.clear")}
              </Button>
            </Empty>
          )}
        </>
      )}
    </Page>
  );
}
