import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { verifyAudit } from "../../../api/access";
import { Mark } from "../../../parts/Mark";
import { ProblemNote } from "../../../parts/ProblemNote";

/** Each record holds the hash of the one before: one altered or taken out shows. */
export function Verify() {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: verifyAudit });
  return (
    <>
      <ProblemNote error={verify.error} />
      <span role="status">
        {verify.data &&
          (verify.data.intact ? (
            <Mark tone="good">
              {t("administration.audit.intact", { count: verify.data.records })}
            </Mark>
          ) : (
            <Mark tone="critical">
              {t("administration.audit.broken", { number: verify.data.broken_at })}
            </Mark>
          ))}
      </span>
      <Button
        size="compact-sm"
        variant="default"
        loading={verify.isPending}
        onClick={() => verify.mutate()}
      >
        {t("administration.audit.verify")}
      </Button>
    </>
  );
}
