import { Stack } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import type { Action } from "../../api/session";
import { ProblemNote } from "../../parts/ProblemNote";
import { useMay } from "../../parts/useMay";
import classes from "./EditForm.module.css";
import { SaveBar } from "./SaveBar";
import type { Draft } from "./useDraft";

/** What can be changed and saved; who may not save sees it all the same. */
export function EditForm(props: {
  /** The right that saving takes. */
  right: Action;
  draft: Draft<object>;
  save: UseMutationResult<void, Error, void>;
  children: ReactNode;
}) {
  const may = useMay()(props.right);
  const { draft, save } = props;

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Stack component="form" gap="md" maw={640} onSubmit={submit}>
      <fieldset className={classes.fields} disabled={!may}>
        {props.children}
      </fieldset>
      <ProblemNote error={save.error} />
      {may && (
        <SaveBar
          dirty={draft.dirty}
          busy={save.isPending}
          onDiscard={() => {
            draft.discard();
            save.reset();
          }}
        />
      )}
    </Stack>
  );
}
