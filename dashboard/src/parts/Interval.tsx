import classes from "./Interval.module.css";

/** A share with its bounds on a line from 0 to 1; the text says the bounds. */
export function Interval(props: {
  value: number | null | undefined;
  low: number | null | undefined;
  high: number | null | undefined;
}) {
  const { value, low, high } = props;
  if (value == null || low == null || high == null) return <span className={classes.text}>–</span>;
  const at = (share: number) => `${(share * 100).toFixed(1)}%`;
  return (
    <span className={classes.interval}>
      <span className={classes.track} aria-hidden>
        <span className={classes.range} style={{ left: at(low), width: at(high - low) }} />
        <span className={classes.value} style={{ left: at(value) }} />
      </span>
      <span className={classes.text}>
        {(low * 100).toFixed(1)} – {(high * 100).toFixed(1)} %
      </span>
    </span>
  );
}
