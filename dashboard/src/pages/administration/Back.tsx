import { Link } from "@tanstack/react-router";
import type { Tab } from "./search";
import classes from "./Back.module.css";

/** From one thing of a tab to all of them. */
export function Back(props: { tab: Tab; word: string }) {
  return (
    <Link className={classes.back} to="/administration" search={{ tab: props.tab }}>
      ← {props.word}
    </Link>
  );
}
