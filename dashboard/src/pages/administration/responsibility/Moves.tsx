import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Simulation, Unit } from "../../../api/responsibility";
import { Facts } from "../../../parts/Facts";
import { Rows } from "../../../parts/Rows";
import { useNames } from "./useNames";

/** From which unit to which, and how often. */
export function Moves(props: { simulation: Simulation; units: Unit[] }) {
  const { t } = useTranslation();
  const { simulation, units } = props;
  const names = useNames(units);
  const unit = (id: string | null) => (id ? names.unit(id) : t("administration.lists.nobody"));

  return (
    <Stack gap="sm" role="status">
      <Facts
        facts={[
          [
            t("administration.lists.replayed"),
            t("administration.lists.replayedOf", { ...simulation }),
          ],
          [t("administration.lists.elsewhere"), simulation.elsewhere],
          [
            t("administration.lists.uncovered"),
            t("administration.lists.uncoveredOf", {
              now: simulation.uncovered_now,
              then: simulation.uncovered_then,
            }),
          ],
        ]}
      />
      {simulation.moves.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("administration.lists.noMoves")}
        </Text>
      ) : (
        <Rows
          label={t("administration.lists.moves")}
          columns={[
            { head: t("administration.lists.unitNow") },
            { head: t("administration.lists.unitThen") },
            { head: t("administration.lists.count"), number: true },
          ]}
          rows={simulation.moves.map(({ unit_now, unit_then, count }) => ({
            key: `${unit_now} ${unit_then}`,
            cells: [unit(unit_now), unit(unit_then), count],
          }))}
        />
      )}
    </Stack>
  );
}
