import { useTranslation } from "react-i18next";
import type { Revision } from "../../api/deployments";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { changedFields, changedValues } from "./diff";
import classes from "./Revisions.module.css";
import type { useSpecWords } from "./useSpecWords";

/** Everything a deployment has been: when, by whom, and what was changed. */
export function Revisions(props: {
  revisions: Revision[];
  words: ReturnType<typeof useSpecWords>;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { revisions, words } = props;

  return (
    <ol className={classes.revisions} reversed>
      {revisions.map(({ revision, spec, created_by, created_at }, at) => {
        const older = revisions[at + 1]?.spec;
        const [before, after] = older ? changedValues(older, spec) : [];
        return (
          <li key={revision} value={revision} data-revision={revision}>
            <span className={classes.who}>
              {clock(language, created_at)} · {created_by}
            </span>
            {before && after ? (
              <dl>
                {changedFields(before, after).map((field) => (
                  <div key={field}>
                    <dt>{words.field(field)}</dt>
                    <dd>
                      <del>{words.value(field, before)}</del> → <ins>{words.value(field, after)}</ins>
                    </dd>
                  </div>
                ))}
              </dl>
            ) : (
              <div>{t("deployments.first")}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
