import type { ReactNode } from "react";
import { SHAPES, type Tone } from "../meaning/tones";
import classes from "./Mark.module.css";

/** A word in its tone, with its shape: on a page, or on a black plate over a picture. */
export function Mark(props: { tone: Tone; plate?: boolean; children: ReactNode }) {
  const { tone, plate = false, children } = props;
  return (
    <span className={plate ? classes.plate : classes.plain} data-tone={tone}>
      <span className={classes.shape} aria-hidden>
        {SHAPES[tone]}
      </span>
      {children}
    </span>
  );
}
