import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { draftCheckQuery } from "../api/deployments";
import { Problem } from "../api/problem";
import { scenariosQuery } from "../api/scenarios";
import { Page } from "../shell/Page";
import { type DraftSearch, hasCameras, type Step, toOrder } from "./deploying/search";
import { StepCameras } from "./deploying/StepCameras";
import { StepConfirm } from "./deploying/StepConfirm";
import { StepRules } from "./deploying/StepRules";
import { StepScenario } from "./deploying/StepScenario";
import { isOpen, Steps } from "./deploying/Steps";
import classes from "./deploying/Steps.module.css";
import { wrongSteps } from "./deploying/wrong";
import "./deploying/words";

const TYPING_MS = 400;

/** Sets a scenario to work in four steps; the address keeps what was chosen. */
export function NewDeployment() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/deployments/new" });
  const draft = useSearch({ from: "/inside/deployments/new" });
  const step: Step = draft.step && isOpen(draft.step, draft) ? draft.step : 1;
  const order = useMemo(() => toOrder(draft), [draft]);
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const check = useQuery({
    ...draftCheckQuery(toOrder(settled), settled.of),
    enabled: settled.scenario !== undefined && hasCameras(settled),
    placeholderData: keepPreviousData,
  });
  const scenario = useQuery(scenariosQuery).data?.find(({ id }) => id === draft.scenario);
  const problem = check.error instanceof Problem ? check.error : undefined;
  const wrong = wrongSteps(check.error);
  const next = (step + 1) as Step;
  // Too little capacity can be overruled at the end.
  const stuck = wrong.has(step) && problem?.kind !== "no-capacity";

  /** A change of the draft makes its trial one of something else. */
  const edit = (change: DraftSearch) =>
    void navigate({
      search: (before) => ({ ...before, trial: undefined, ...change }),
      replace: true,
    });
  const go = (to: Step) => void navigate({ search: (before) => ({ ...before, step: to }) });
  const part = { draft, scenario, problem, onEdit: edit };

  return (
    <Page title={t(draft.of ? "deploying.change" : "deploying.title")}>
      <Steps step={step} draft={draft} wrong={wrong} />
      {step === 1 && <StepScenario {...part} />}
      {step === 2 && <StepCameras {...part} check={check} />}
      {step === 3 && <StepRules {...part} cameraIds={check.data?.camera_ids ?? draft.cameras ?? []} />}
      {step === 4 && <StepConfirm {...part} order={order} onGo={go} wrong={wrong} />}
      <div className={classes.foot}>
        {step > 1 ? (
          <Button variant="default" onClick={() => go((step - 1) as Step)}>
            {t("deploying.back")}
          </Button>
        ) : (
          <span />
        )}
        {step < 4 && (
          <Button onClick={() => go(next)} disabled={!isOpen(next, draft) || stuck}>
            {t("deploying.next", { step: t(`deploying.step.${next}`) })}
          </Button>
        )}
      </div>
    </Page>
  );
}
