import { Link } from "@tanstack/react-router";
import { useMay } from "./useMay";

/** A version of an algorithm, and the way to its page for who may see that. */
export function VersionLink(props: { name: string; version: string }) {
  const { name, version } = props;
  const may = useMay()("algorithms.read");
  const title = `${name} ${version}`;
  if (!may) return title;
  return (
    <Link to="/algorithms/$name/$version" params={{ name, version }} search={{}}>
      {title}
    </Link>
  );
}
