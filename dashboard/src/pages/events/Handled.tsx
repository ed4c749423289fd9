import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { reviewsQuery } from "../../api/reviews";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import classes from "./Desk.module.css";

/** Who said what of an event; with a verdict, that it is handled already. */
export function Handled(props: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reviews = useQuery(reviewsQuery(props.id)).data?.items ?? [];
  if (reviews.length === 0) return null;
  return (
    <section className={classes.handled}>
      <h2>{t("review.handled")}</h2>
      {reviews.map((review) => (
        <p key={review.id}>
          {t("review.handledBy", {
            verdict: t(`verdict.${review.verdict}`, review.verdict),
            who: review.reviewer,
            when: clock(language, review.created_at),
          })}
          {review.reason && ` · ${t(`review.reason.${review.reason}`, review.reason)}`}
        </p>
      ))}
    </section>
  );
}
