import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListVersion, putInForce } from "../../../api/responsibility";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { listTone } from "../../../meaning/listTone";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { Rows } from "../../../parts/Rows";
import { useMay } from "../../../parts/useMay";
import { Confirm } from "../Confirm";

/** Every version that was imported; any of them can be put in force, also one that was before. */
export function Versions(props: {
  versions: ListVersion[];
  current: ListVersion | undefined;
  shown: ListVersion | undefined;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const may = useMay()("responsibility.write");
  const { versions, current, shown } = props;
  const [wanted, setWanted] = useState<ListVersion>();
  const put = useMutation({
    mutationFn: (version: ListVersion) => putInForce(version.id, current?.version ?? 0),
    onSuccess: () => setWanted(undefined),
    // Also after a refusal: somebody else may have put another one in force.
    onSettled: () => queries.invalidateQueries({ queryKey: ["responsibility-list"] }),
  });

  return (
    <Panel title={t("administration.lists.versions")}>
      {versions.length === 0 ? (
        <Empty text={t("administration.lists.none")} />
      ) : (
        <Rows
          label={t("administration.lists.versions")}
          minWidth={460}
          columns={[
            { head: t("administration.lists.version") },
            { head: t("administration.lists.state") },
            { head: t("administration.lists.imported") },
            { head: "" },
          ]}
          rows={versions.map((version) => ({
            key: version.id,
            cells: [
              <Link
                key="link"
                to="/administration"
                search={{ tab: "responsibility", open: version.id }}
                aria-current={version.id === shown?.id ? "true" : undefined}
              >
                {t("administration.lists.versionOf", { ...version })}
              </Link>,
              <Mark key="state" tone={listTone(version.state)}>
                {t(`administration.lists.states.${version.state}`, version.state)}
              </Mark>,
              t("administration.lists.by", {
                who: version.created_by,
                when: clock(language, version.created_at),
              }),
              may && version.state !== "current" && (
                <Button
                  key="put"
                  size="compact-sm"
                  variant="default"
                  onClick={() => setWanted(version)}
                >
                  {t(`administration.lists.${version.state === "draft" ? "put" : "putBack"}`)}
                </Button>
              ),
            ],
          }))}
        />
      )}
      {wanted && (
        <Confirm
          title={t("administration.lists.putTitle", { ...wanted })}
          text={t("administration.lists.putText")}
          word={t(`administration.lists.${wanted.state === "draft" ? "put" : "putBack"}`)}
          busy={put.isPending}
          error={put.error}
          onConfirm={() => put.mutate(wanted)}
          onClose={() => setWanted(undefined)}
        />
      )}
    </Panel>
  );
}
