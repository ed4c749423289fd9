import type { ReactNode } from "react";
import classes from "./Facts.module.css";

/** A list of facts, name on the left. Facts without a value are left out. */
export function Facts(props: { facts: [name: string, value: ReactNode][] }) {
  const known = props.facts.filter(([, value]) => value !== null && value !== undefined);
  return (
    <dl className={classes.facts}>
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
