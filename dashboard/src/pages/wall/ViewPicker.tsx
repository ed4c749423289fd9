import { Button, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { divisionsOf } from "../../parts/divisions";
import { useMay } from "../../parts/useMay";
import { leaveField } from "./leaveField";
import type { WallSearch } from "./search";
import { ViewForm } from "./ViewForm";
import type { Known, ShownView } from "./view";

/** Which cameras the wall shows: all, a division, a saved view; and the way to save and change views. */
export function ViewPicker(props: {
  shown: ShownView | undefined;
  search: WallSearch;
  known: Known;
  onChoose: (search: WallSearch) => void;
  /** A list or a form lies over the wall. */
  onForm: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const may = useMay()("wall.write");
  const { shown, search, onChoose, onForm } = props;
  const { cameras, views, situations } = props.known;
  const [form, setForm] = useState<"new" | "change">();
  const divisions = divisionsOf(cameras.map(({ spec }) => spec.division));
  const situation = situations.find(({ id }) => id === search.situation);

  function open(which: "new" | "change" | undefined): void {
    setForm(which);
    onForm(which !== undefined);
  }

  const data = [
    { value: "all", label: t("wall.all") },
    ...(situation
      ? [
          {
            group: t("wall.situation"),
            items: [{ value: `situation:${situation.id}`, label: situation.name }],
          },
        ]
      : []),
    {
      group: t("wall.views"),
      items: views.map(({ id, name }) => ({ value: `view:${id}`, label: name })),
    },
    {
      group: t("wall.divisions"),
      items: divisions.map((one) => ({ value: `division:${one}`, label: one })),
    },
  ];

  return (
    <>
      <Select<string>
        size="xs"
        w={192}
        aria-label={t("wall.view")}
        data={data}
        value={shown?.key ?? null}
        placeholder={t("wall.chooseView")}
        onChange={(value) => value && onChoose(searchOf(value))}
        onOptionSubmit={leaveField}
        allowDeselect={false}
        searchable
        maxDropdownHeight={420}
      />
      {may && shown?.saved && (
        <Button size="compact-xs" variant="default" onClick={() => open("change")}>
          {t("wall.change")}
        </Button>
      )}
      {may && shown && cameras.length > 0 && (
        <Button size="compact-xs" variant="default" onClick={() => open("new")}>
          {t("wall.saveAs")}
        </Button>
      )}
      {form && shown && (
        <ViewForm
          shown={shown}
          division={search.division}
          saved={form === "change" ? shown.saved : undefined}
          cameras={cameras}
          divisions={divisions}
          onClose={() => open(undefined)}
          onSaved={(view) => {
            open(undefined);
            onChoose(view ? { view: view.id } : {});
          }}
        />
      )}
    </>
  );
}

function searchOf(value: string): WallSearch {
  const [kind = "", ...rest] = value.split(":");
  const name = rest.join(":");
  return kind === "all" ? {} : { [kind]: name };
}
