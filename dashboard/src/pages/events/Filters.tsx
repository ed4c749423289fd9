import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EventFilters } from "../../api/events";
import classes from "./Filters.module.css";
import { MoreFilters } from "./MoreFilters";

/** What to look at: the queue or everything, text, and the rest folded away. */
export function Filters(props: {
  filters: EventFilters;
  onChange: (filters: EventFilters) => void;
}) {
  const { t } = useTranslation();
  const { filters, onChange } = props;
  const { text: asked, verdict, ...more } = filters;
  const [text, setText] = useState({ asked, typed: asked ?? "" });
  if (text.asked !== asked) setText({ asked, typed: asked ?? "" });
  const set = Object.values(more).filter((value) => value !== undefined).length;
  const [unfolded, setUnfolded] = useState(false);

  return (
    <div className={classes.filters}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label={t("review.which")}
        value={verdict === "unreviewed" ? "queue" : "all"}
        onChange={(which) =>
          onChange({ ...filters, verdict: which === "queue" ? "unreviewed" : undefined })
        }
        data={[
          { value: "all", label: t("review.everything") },
          { value: "queue", label: t("review.queue") },
        ]}
      />
      <form
        role="search"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          onChange({ ...filters, text: text.typed.trim() || undefined });
        }}
      >
        <TextInput
          size="xs"
          type="search"
          aria-label={t("review.search")}
          placeholder={t("review.search")}
          maxLength={128}
          value={text.typed}
          onChange={({ currentTarget }) => setText({ asked, typed: currentTarget.value })}
          onBlur={({ currentTarget }) => currentTarget.form?.requestSubmit()}
        />
      </form>
      <Button
        size="compact-xs"
        variant="subtle"
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
      >
        {set ? t("review.moreSet", { count: set }) : t("review.more")} {unfolded ? "▴" : "▾"}
      </Button>
      {unfolded && <MoreFilters {...props} />}
    </div>
  );
}
