import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import type { DeploymentOrder, Schedule, Shape } from "../../api/deployments";
import type { Scenario } from "../../api/scenarios";
import { useRuleWords } from "../scenarios/useRuleWords";
import { SPEC_FIELDS, type SpecField } from "./diff";
import "../deploying/words";
import "./words";

type Spec = Partial<Omit<DeploymentOrder, "scenario">>;

/** What a deployment was asked to be, field by field in words. */
export function useSpecWords(scenario: Scenario | undefined, cameras: Camera[]) {
  const { t } = useTranslation();
  const rule = useRuleWords(scenario);
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  const shapes = (all: Shape[]) => all.map(({ name }) => name).join(", ");

  function schedule({ windows = [], time_zone }: Schedule): string {
    const each = windows.map(({ days = [], begin = "00:00", end = "00:00" }) => {
      const named = days.length === 7 ? t("deployments.daily") : days.map((d) => t(`deploying.day.${d}`)).join(" ");
      return `${named} ${begin.slice(0, 5)}–${end.slice(0, 5)}`;
    });
    return `${each.join("; ")} (${time_zone})`;
  }

  /** A field's value in words; what is not set says what holds then. */
  function value(field: SpecField, spec: Spec): string {
    switch (field) {
      case "algorithm":
        return spec.algorithm ?? t("deployments.unset.algorithm");
      case "camera_ids":
        return (spec.camera_ids ?? []).map(nameOf).join(", ") || t("deployments.unset.camera_ids");
      case "selector": {
        const { division, tags = [] } = spec.selector ?? {};
        const named = [division, ...tags].filter(Boolean).join(" + ");
        return named || t("deployments.unset.selector");
      }
      case "zones":
        return shapes(spec.zones ?? []) || t("deployments.unset.zones");
      case "zones_by_camera":
        return (
          Object.entries(spec.zones_by_camera ?? {})
            .map(([id, drawn]) => `${nameOf(id)}: ${shapes(drawn) || t("deployments.unset.zones")}`)
            .join("; ") || t("deployments.unset.zones_by_camera")
        );
      case "schedule":
        return spec.schedule ? schedule(spec.schedule) : t("deployments.unset.schedule");
      case "rule":
        return (
          Object.entries(spec.rule ?? {})
            .map(([name, one]) => `${rule.field(name)}: ${rule.value(name, one)}`)
            .join("; ") || t("deployments.unset.rule")
        );
      case "fps":
        return spec.fps ? String(spec.fps) : t("deployments.unset.fps");
      case "enabled":
        return t(spec.enabled === false ? "deployments.paused" : "deployments.on");
    }
  }

  const field = (name: SpecField) => t(`deployments.field.${name}`);

  /** What is worth saying: what holds for everybody alike is left out, but where and when. */
  function all(spec: Spec): [string, string][] {
    const said = SPEC_FIELDS.filter((name) => {
      if (name === "enabled") return false;
      if (name === "camera_ids") return !spec.selector;
      if (name === "selector") return Boolean(spec.selector);
      if (name === "zones_by_camera") return Object.keys(spec.zones_by_camera ?? {}).length > 0;
      return true;
    });
    return said.map((name) => [field(name), value(name, spec)]);
  }

  return { field, value, all };
}
