import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { aliasesQuery, type Version } from "../../api/algorithms";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Facts } from "../../parts/Facts";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";

/** Where a version comes from, and who vouches for it. */
export function Lineage(props: { version: Version }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { name, version, origin, manifest, provenance, signed_by, sha256 } = props.version;
  const aliases = (useQuery(aliasesQuery(name)).data ?? []).filter((one) => one.version === version);

  return (
    <Panel title={t("algorithms.provenance")}>
      <Facts
        facts={[
          [
            t("algorithms.aliases"),
            aliases.length
              ? aliases.map(({ alias }) => t(`algorithms.alias.${alias}`, alias)).join(", ")
              : undefined,
          ],
          [
            t("algorithms.signature"),
            signed_by ? (
              <Mark key="signed" tone="good">
                {t("algorithms.signedBy", { key: signed_by.slice(0, 12) })}
              </Mark>
            ) : (
              <Mark key="signed" tone="major">
                {t("algorithms.unsigned")}
              </Mark>
            ),
          ],
          [t("algorithms.origin"), t(`algorithms.origins.${origin}`)],
          [t("algorithms.submittedBy"), provenance?.submitted_by],
          [t("algorithms.team"), manifest.team],
          [t("algorithms.licence"), manifest.licence],
          [t("algorithms.trainingData"), manifest.training_data],
          [t("algorithms.sha"), `${sha256.slice(0, 16)}…`],
          [t("algorithms.since"), clock(language, props.version.created_at)],
        ]}
      />
    </Panel>
  );
}
