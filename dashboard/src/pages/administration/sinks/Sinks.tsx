import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewSink } from "../../../api/sinks";
import { Panel } from "../../../parts/Panel";
import { Back } from "../Back";
import { SinkForm } from "./SinkForm";
import { SinkList } from "./SinkList";
import { SinkPage } from "./SinkPage";

/** Other systems that are told of what happens: all of them, a new one, or one. */
export function Sinks() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const { open } = useSearch({ from: "/inside/administration" });
  const [made, setMade] = useState<NewSink>();

  function show(sink: NewSink): void {
    setMade(sink);
    void navigate({ search: { tab: "sinks", open: sink.id }, ignoreBlocker: true });
  }

  if (open === undefined) return <SinkList />;
  return (
    <>
      <Back tab="sinks" word={t("administration.sinks.all")} />
      {open === "new" ? (
        <Panel title={t("administration.sinks.new")}>
          <SinkForm onMade={show} />
        </Panel>
      ) : (
        <SinkPage
          key={open}
          id={open}
          secret={made?.id === open ? (made.secret ?? undefined) : undefined}
          onSecretKept={() => setMade(undefined)}
        />
      )}
    </>
  );
}
