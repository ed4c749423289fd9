import { Select, Switch, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { GRIDS } from "../../api/wallViews";
import { LinkMark } from "../../live/LinkMark";
import classes from "./Bar.module.css";
import { FullScreenButton } from "./FullScreenButton";
import { leaveField } from "./leaveField";
import { Pager, type Patrol } from "./Pager";
import type { WallSearch } from "./search";
import { Situations } from "./Situations";
import type { FullScreen } from "./useFullScreen";
import type { Known, ShownView } from "./view";
import { ViewPicker } from "./ViewPicker";

/** Over the pictures: which view, which page of it, and how it is drawn. */
export function Bar(props: {
  search: WallSearch;
  known: Known;
  view: ShownView | undefined;
  page: number;
  patrol: Patrol;
  boxes: boolean;
  zones: boolean;
  full: FullScreen;
  /** Show another view. */
  onView: (search: WallSearch) => void;
  /** Show this view otherwise. */
  onChange: (search: WallSearch) => void;
  onPage: (page: number) => void;
  onPatrol: () => void;
  onBoxes: (shown: boolean) => void;
  onZones: (shown: boolean) => void;
  /** A list or a form lies over the wall. */
  onForm: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const { search, known, view, page, full, onView, onForm } = props;
  const online = view?.cameras.filter(({ status }) => status.state === "online").length;
  return (
    <div className={classes.bar}>
      <VisuallyHidden component="h1">{t("nav.wall")}</VisuallyHidden>
      <ViewPicker shown={view} search={search} known={known} onChoose={onView} onForm={onForm} />
      <Select
        size="xs"
        w={72}
        aria-label={t("wall.grid")}
        data={GRIDS.map(String)}
        value={view ? String(view.grid) : null}
        onChange={(value) =>
          props.onChange({ grid: GRIDS.find((grid) => String(grid) === value), page: undefined })
        }
        onOptionSubmit={leaveField}
        allowDeselect={false}
      />
      <Pager
        page={page}
        pages={view?.pages.length ?? 1}
        patrol={props.patrol}
        patrolPossible={view !== undefined && (view.pages.length > 1 || hasDivisions(view))}
        onPage={props.onPage}
        onPatrol={props.onPatrol}
      />
      <LinkMark
        well={view && <span>{t("wall.summary", { online, total: view.cameras.length })}</span>}
      />
      <div className={classes.right}>
        <Situations
          situations={known.situations}
          shown={search.situation}
          onShow={(situation) => onView({ situation })}
          onForm={onForm}
        />
        <Switch
          size="xs"
          label={t("wall.boxes")}
          checked={props.boxes}
          onChange={({ currentTarget }) => props.onBoxes(currentTarget.checked)}
        />
        <Switch
          size="xs"
          label={t("wall.zones")}
          checked={props.zones}
          onChange={({ currentTarget }) => props.onZones(currentTarget.checked)}
        />
        {full.possible && <FullScreenButton full={full} />}
      </div>
    </div>
  );
}

/** With all cameras a patrol goes from division to division. */
function hasDivisions({ key, cameras }: ShownView): boolean {
  return key === "all" && new Set(cameras.map(({ spec }) => spec.division)).size > 1;
}
