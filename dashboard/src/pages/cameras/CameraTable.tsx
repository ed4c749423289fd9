import { useVirtualizer } from "@tanstack/react-virtual";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { rate } from "../../parts/rate";
import { StateMark } from "../../parts/StateMark";
import { useReason } from "../../parts/useReason";
import classes from "./CameraTable.module.css";
import type { CamerasSearch, Order } from "./search";

const ROW_PX = 44;
const AHEAD = 12;

const COLUMNS: { word: string; order?: Order; wide?: true; number?: true }[] = [
  { word: "cameras.name", order: "name" },
  { word: "cameras.state", order: "state" },
  { word: "cameras.reason", wide: true },
  { word: "cameraPages.division", wide: true },
  { word: "cameras.fps", wide: true, number: true },
  { word: "cameras.size", wide: true, number: true },
  { word: "cameras.since", order: "since", number: true },
];

/** Thousands of cameras, of which only the rows on the screen are drawn. */
export function CameraTable(props: {
  cameras: readonly Camera[];
  search: CamerasSearch;
  onOrder: (order: Order) => void;
}) {
  const { t } = useTranslation();
  const { cameras, search, onOrder } = props;
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: cameras.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
  });
  const drawn = rows.getVirtualItems();
  const above = drawn[0]?.start ?? 0;
  const below = rows.getTotalSize() - (drawn.at(-1)?.end ?? 0);

  return (
    <div ref={frame} className={classes.frame} data-cameras={cameras.length}>
      <table className={classes.table} aria-rowcount={cameras.length + 1}>
        <thead>
          <tr>
            {COLUMNS.map(({ word, order, wide, number }) => (
              <th
                key={word}
                scope="col"
                className={wide && classes.wide}
                data-number={number}
                aria-sort={order && sortOf(order, search)}
              >
                {order ? (
                  <button type="button" onClick={() => onOrder(order)}>
                    {t(word)} {MARKS[sortOf(order, search)]}
                  </button>
                ) : (
                  t(word)
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {drawn.map(({ index, key }) => {
            const camera = cameras[index];
            return camera && <Row key={key} camera={camera} place={index + 2} />;
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: { camera: Camera; place: number }) {
  const language = useLanguage();
  const navigate = useNavigate();
  const reason = useReason();
  const { id, name, spec, status } = props.camera;
  const open = () => void navigate({ to: "/cameras/$id", params: { id } });
  return (
    <tr aria-rowindex={props.place} style={{ height: ROW_PX }} onClick={open} data-row={name}>
      <td>
        <Link to="/cameras/$id" params={{ id }} onClick={(click) => click.stopPropagation()}>
          {name}
        </Link>
        <div className={classes.narrow}>{reason(status)}</div>
      </td>
      <td>
        <StateMark state={status.state} />
      </td>
      <td className={classes.wide} title={status.message ?? undefined}>
        {reason(status)}
      </td>
      <td className={classes.wide}>{spec.division}</td>
      <td className={classes.wide} data-number>
        {rate(status.analysed_fps)} / {rate(status.source_fps)}
      </td>
      <td className={classes.wide} data-number>
        {status.width_px ? `${status.width_px} × ${status.height_px}` : "–"}
      </td>
      <td data-number>{clock(language, status.since)}</td>
    </tr>
  );
}

const MARKS = { ascending: "▲", descending: "▼", none: "" } as const;

function sortOf(order: Order, { by = "name", down }: CamerasSearch): keyof typeof MARKS {
  if (order !== by) return "none";
  return down ? "descending" : "ascending";
}
