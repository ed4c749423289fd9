import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { divisionsOf } from "../../parts/divisions";
import classes from "./CameraFilters.module.css";
import { countStates, tagsOf } from "./chosen";
import { type CamerasSearch, STATES } from "./search";

/** What of the list to see; the address keeps it. */
export function CameraFilters(props: {
  cameras: readonly Camera[];
  search: CamerasSearch;
  onChange: (search: CamerasSearch) => void;
}) {
  const { t } = useTranslation();
  const { cameras, search, onChange } = props;
  const [text, setText] = useState({ asked: search.text, typed: search.text ?? "" });
  if (text.asked !== search.text) setText({ asked: search.text, typed: search.text ?? "" });
  const counts = countStates(cameras);
  const states = STATES.filter((state) => counts.has(state) || state === search.state);
  const divisions = cameras.map((camera) => camera.spec.division);

  function type(typed: string): void {
    const asked = typed.trim() || undefined;
    setText({ asked, typed });
    onChange({ ...search, text: asked });
  }

  return (
    <div className={classes.filters} role="search">
      <TextInput
        type="search"
        aria-label={t("cameraPages.find")}
        placeholder={t("cameraPages.search")}
        maxLength={128}
        value={text.typed}
        onChange={({ currentTarget }) => type(currentTarget.value)}
      />
      <Select
        aria-label={t("cameras.state")}
        placeholder={t("cameraPages.anyState")}
        data={states.map((state) => ({
          value: state,
          label: `${t(`state.${state}`)} (${counts.get(state) ?? 0})`,
        }))}
        value={search.state ?? null}
        onChange={(state) => onChange({ ...search, state: state ?? undefined })}
        clearable
      />
      <Select
        aria-label={t("cameraPages.division")}
        placeholder={t("cameraPages.anyDivision")}
        data={divisionsOf([...divisions, search.division])}
        value={search.division ?? null}
        onChange={(division) => onChange({ ...search, division: division ?? undefined })}
        clearable
        searchable
      />
      <Select
        aria-label={t("cameraPages.tag")}
        placeholder={t("cameraPages.anyTag")}
        data={[...new Set([...tagsOf(cameras), search.tag ?? ""])].filter(Boolean)}
        value={search.tag ?? null}
        onChange={(tag) => onChange({ ...search, tag: tag ?? undefined })}
        clearable
        searchable
      />
    </div>
  );
}
