import { jobTone } from "../meaning/jobTone";
import { Mark } from "./Mark";

/** The state of a version, a submission, a rollout, a challenge or a run, in the page's word. */
export function JobMark(props: { state: string; word: string }) {
  return <Mark tone={jobTone(props.state)}>{props.word}</Mark>;
}
