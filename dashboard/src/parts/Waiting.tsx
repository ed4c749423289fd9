import { Skeleton } from "@mantine/core";
import classes from "./Waiting.module.css";

/** In the place of what is not there yet; what comes within 200 ms does not flicker. */
export function Waiting(props: { height?: number }) {
  return <Skeleton className={classes.waiting} height={props.height ?? 160} />;
}
