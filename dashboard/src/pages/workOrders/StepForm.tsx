import { Button, FileInput, NumberInput, Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RETURN_REASONS, type ReturnReason, type Transition } from "../../api/workOrders";
import classes from "./OrderDetail.module.css";
import { useNames } from "./useNames";
import type { Step } from "./useSteps";

/** What a step needs beside the press. */
export function StepForm(props: {
  to: string;
  onTake: (step: Step) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const names = useNames();
  const { to } = props;
  const [note, setNote] = useState("");
  const [reason, setReason] = useState<ReturnReason>("wrong_unit");
  const [photo, setPhoto] = useState<File | null>(null);
  const [unit, setUnit] = useState<string | null>(null);
  const [hours, setHours] = useState<number>(24);

  function take(): void {
    if (to === "resolved") {
      if (photo) props.onTake({ photo, note });
      return;
    }
    const more = {
      ...(to === "returned" && { reason }),
      ...(to === "dispatched" && unit && { unit, deadline_h: hours }),
    };
    props.onTake({ move: { to: to as Transition["to"], note: note || null, ...more } });
  }

  return (
    <form
      className={classes.form}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        take();
      }}
    >
      {to === "resolved" && (
        <FileInput
          size="lg"
          label={t("workOrders.photo")}
          placeholder={t("workOrders.choosePhoto")}
          accept="image/jpeg,image/png"
          fileInputProps={{ capture: "environment" }}
          value={photo}
          onChange={setPhoto}
          required
        />
      )}
      {to === "returned" && (
        <Select
          size="lg"
          label={t("workOrders.returnReason")}
          data={RETURN_REASONS.map((each) => ({
            value: each,
            label: t(`workOrders.reason.${each}`),
          }))}
          value={reason}
          onChange={(value) => setReason((value ?? "other") as ReturnReason)}
          allowDeselect={false}
        />
      )}
      {to === "dispatched" && (
        <>
          <Select
            size="lg"
            label={t("workOrders.unit")}
            placeholder={t("workOrders.byList")}
            data={names.units.map(({ id }) => ({ value: id, label: names.unit(id) }))}
            value={unit}
            onChange={setUnit}
            clearable
            searchable
          />
          {unit && (
            <NumberInput
              size="lg"
              label={t("workOrders.deadlineHours")}
              min={1}
              max={8760}
              value={hours}
              onChange={(value) => setHours(Number(value))}
            />
          )}
        </>
      )}
      <Textarea
        label={t("workOrders.note")}
        maxLength={2000}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        autosize
      />
      <div className={classes.steps}>
        <Button type="submit" disabled={to === "resolved" && !photo}>
          {t(`workOrders.step.${to}`)}
        </Button>
        <Button variant="default" onClick={props.onCancel}>
          {t("workOrders.cancel")}
        </Button>
      </div>
    </form>
  );
}
