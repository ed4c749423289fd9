import { useTranslation } from "react-i18next";
import type { WorkOrder } from "../../api/workOrders";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import classes from "./OrderDetail.module.css";
import { useNames } from "./useNames";

/** What was done with an order, newest first: who, when, why, and the photo. */
export function History(props: { order: WorkOrder }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const names = useNames();
  return (
    <section className={classes.history}>
      <h3>{t("workOrders.history")}</h3>
      <ol>
        {props.order.steps.toReversed().map((step) => (
          <li key={step.id}>
            <strong>{t(`workOrders.state.${step.step}`, step.step)}</strong>
            {step.unit && ` · ${names.unit(step.unit)}`}
            <span>
              {t("workOrders.by", { who: step.actor, when: clock(language, step.at) })}
              {step.reference && ` · ${step.reference}`}
            </span>
            {step.reason && <span>{t(`workOrders.reason.${step.reason}`, step.reason)}</span>}
            {step.note && <span>{step.note}</span>}
            {step.photo && <img src={step.photo.url} alt={t("workOrders.photo")} />}
          </li>
        ))}
      </ol>
    </section>
  );
}
