import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { algorithmsQuery, aliasesQuery, versionsQuery } from "../../api/algorithms";
import { clock } from "../../i18n/time";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { Empty } from "../../parts/Empty";
import { JobMark } from "../../parts/JobMark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { Waiting } from "../../parts/Waiting";

/** Every algorithm with its versions, the newest first. */
export function Registry() {
  const { t } = useTranslation();
  const language = useLanguage();
  const algorithms = useQuery(algorithmsQuery);
  const names = algorithms.data?.map(({ name }) => name) ?? [];
  const versions = useQueries({ queries: names.map(versionsQuery) });
  const aliases = useQueries({ queries: names.map(aliasesQuery) });
  const failed = [...versions, ...aliases].find(({ error }) => error)?.error ?? null;

  return (
    <>
      <ProblemNote
        error={algorithms.error ?? failed}
        onRetry={() => void algorithms.refetch()}
      />
      {algorithms.isPending && !algorithms.error && <Waiting />}
      {algorithms.data?.length === 0 && <Empty text={t("algorithms.none")} />}
      {algorithms.data?.map(({ name, title_zh, title_en }, index) => (
        <div key={name} style={{ marginBottom: 12 }}>
          <Panel title={`${inLanguage(language, title_zh, title_en)} · ${name}`}>
            <Rows
              label={name}
              minWidth={520}
              columns={[
                { head: t("algorithms.version") },
                { head: t("algorithms.aliases") },
                { head: t("algorithms.state") },
                { head: t("algorithms.origin") },
                { head: t("algorithms.since"), number: true },
              ]}
              rows={(versions[index]?.data ?? []).map(({ version, state, origin, created_at }) => ({
                key: version,
                cells: [
                  <Link
                    key="link"
                    to="/algorithms/$name/$version"
                    params={{ name, version }}
                    search={{}}
                  >
                    {version}
                  </Link>,
                  (aliases[index]?.data ?? [])
                    .filter((alias) => alias.version === version)
                    .map(({ alias }) => t(`algorithms.alias.${alias}`, alias))
                    .join(", "),
                  <JobMark key="state" state={state} word={t(`algorithms.states.${state}`)} />,
                  t(`algorithms.origins.${origin}`),
                  clock(language, created_at),
                ],
              }))}
            />
          </Panel>
        </div>
      ))}
    </>
  );
}
