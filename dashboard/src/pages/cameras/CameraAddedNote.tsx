import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../../parts/ProblemNote";

/** The camera is there, but its scenario is not at work. */
export function CameraAddedNote(props: { id: string; error: Error }) {
  const { t } = useTranslation();
  return (
    <>
      <ProblemNote error={new Error(t("add.deployFailed", { reason: props.error.message }))} />
      <Link to="/cameras/$id" params={{ id: props.id }}>
        {t("add.toCamera")} →
      </Link>
    </>
  );
}
