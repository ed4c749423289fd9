import {
  Button,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  TagsInput,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import {
  changeWallView,
  deleteWallView,
  type Grid,
  GRIDS,
  saveWallView,
  type WallView,
  wallViewsQuery,
} from "../../api/wallViews";
import { ProblemNote } from "../../parts/ProblemNote";
import type { ShownView } from "./view";

/** A new view, made from the one that is shown, or a saved view to be changed or deleted. */
export function ViewForm(props: {
  shown: ShownView;
  /** The division that is shown, if it is one. */
  division: string | undefined;
  /** The view to change; left out: a new one. */
  saved?: WallView;
  cameras: Camera[];
  divisions: string[];
  onClose: () => void;
  /** With the view to show now; without one after it was deleted. */
  onSaved: (view?: WallView) => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { shown, saved, cameras, divisions, onClose, onSaved } = props;
  const from = saved ?? shown.saved;
  const named = from ? from.camera_ids : props.division ? [] : shown.cameras.map(({ id }) => id);
  const known = new Set(cameras.map(({ id }) => id));
  const [name, setName] = useState(saved?.name ?? "");
  const [chosen, setChosen] = useState(named.filter((id) => known.has(id)));
  const [division, setDivision] = useState(from?.selector?.division ?? props.division ?? null);
  const [tags, setTags] = useState(from?.selector?.tags ?? []);
  const [grid, setGrid] = useState<Grid>(shown.grid);
  const [seconds, setSeconds] = useState<number | string>(shown.secondsOf(shown.pages[0] ?? []));
  const selects = division !== null || tags.length > 0;

  const save = useMutation({
    mutationFn: () => {
      const order = {
        name: name.trim(),
        camera_ids: chosen,
        selector: selects ? { division, tags } : null,
        grid,
        patrol_s: Number(seconds),
      };
      return saved ? changeWallView(saved, order) : saveWallView(order);
    },
    onSuccess: async (view) => {
      await queries.invalidateQueries(wallViewsQuery);
      onSaved(view);
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => deleteWallView(id),
    onSuccess: async () => {
      onSaved();
      await queries.invalidateQueries(wallViewsQuery);
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={saved ? t("wall.changeTitle", { name: saved.name }) : t("wall.saveTitle")}
      closeButtonProps={{ "aria-label": t("events.close") }}
      transitionProps={{ duration: 0 }}
      centered
    >
      <Stack component="form" onSubmit={submit}>
        <TextInput
          label={t("wall.name")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          maxLength={128}
          data-autofocus
          required
        />
        <MultiSelect
          label={t("wall.cameras")}
          description={t("wall.camerasHint")}
          data={cameras.map(({ id, name: label }) => ({ value: id, label }))}
          value={chosen}
          onChange={setChosen}
          styles={{ pillsList: { maxHeight: 160, overflow: "auto" } }}
          searchable
          clearable
        />
        <Select
          label={t("wall.division")}
          description={t("wall.divisionHint")}
          data={division && !divisions.includes(division) ? [...divisions, division] : divisions}
          value={division}
          onChange={setDivision}
          searchable
          clearable
        />
        <TagsInput
          label={t("wall.tags")}
          description={t("wall.tagsHint")}
          data={[...new Set(cameras.flatMap(({ spec }) => spec.tags))].sort()}
          value={tags}
          onChange={setTags}
        />
        <Group grow align="start">
          <Select
            label={t("wall.grid")}
            data={GRIDS.map((each) => ({ value: String(each), label: String(each) }))}
            value={String(grid)}
            onChange={(value) => setGrid(GRIDS.find((each) => String(each) === value) ?? grid)}
            allowDeselect={false}
          />
          <NumberInput
            label={t("wall.patrolSeconds")}
            min={5}
            max={3600}
            allowDecimal={false}
            value={seconds}
            onChange={setSeconds}
            required
          />
        </Group>
        <ProblemNote error={save.error ?? remove.error} />
        <Group gap="sm">
          {saved && (
            <Button
              variant="subtle"
              c="var(--critical)"
              px={0}
              mr="auto"
              loading={remove.isPending}
              onClick={() => remove.mutate(saved.id)}
            >
              {t("wall.delete")}
            </Button>
          )}
          <Button variant="default" ml="auto" onClick={onClose}>
            {t("wall.cancel")}
          </Button>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={!name.trim() || !(chosen.length > 0 || selects)}
          >
            {t("wall.save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
