import { Button, Menu } from "@mantine/core";
import { Fragment, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Situation } from "../../api/situations";
import { Mark } from "../../parts/Mark";
import { useMay } from "../../parts/useMay";
import { SwitchSituation } from "./SwitchSituation";

/** Which situation is on, at a glance; and the way to switch one on or off. */
export function Situations(props: {
  situations: Situation[];
  /** The situation whose plan the wall shows. */
  shown: string | undefined;
  /** Show the plan of a situation; undefined: show all cameras. */
  onShow: (situation: string | undefined) => void;
  /** A list or a form lies over the wall. */
  onForm: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const may = useMay()("situations.write");
  const { situations, shown, onShow, onForm } = props;
  const [listed, setListed] = useState(false);
  const [asked, setAsked] = useState<Situation>();
  useEffect(() => onForm(listed || asked !== undefined), [listed, asked, onForm]);
  const on = situations.filter(({ activation }) => activation);
  const off = situations.filter(({ activation }) => may && !activation);
  if (on.length + off.length === 0) return null;

  return (
    <>
      <Menu
        position="bottom-end"
        transitionProps={{ duration: 0 }}
        withInitialFocusPlaceholder={false}
        onChange={setListed}
      >
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            maw={240}
            data-situation={on.map(({ id }) => id).join(" ") || undefined}
          >
            {on.length > 0 ? (
              <Mark tone="major">
                {t("wall.situationOn", { name: on.map(({ name }) => name).join(" · ") })}
              </Mark>
            ) : (
              t("wall.situation")
            )}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {on.map((situation) => (
            <Fragment key={situation.id}>
              <Menu.Item onClick={() => onShow(situation.id)} disabled={shown === situation.id}>
                {t("wall.showPlan", { name: situation.name })}
              </Menu.Item>
              {may && (
                <Menu.Item onClick={() => setAsked(situation)}>
                  {t("wall.switchOffOne", { name: situation.name })}
                </Menu.Item>
              )}
            </Fragment>
          ))}
          {on.length > 0 && off.length > 0 && <Menu.Divider />}
          {off.map((situation) => (
            <Menu.Item key={situation.id} onClick={() => setAsked(situation)}>
              {t("wall.switchOnOne", { name: situation.name })}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {asked && (
        <SwitchSituation
          situation={asked}
          onClose={() => setAsked(undefined)}
          onDone={() => {
            const { plan, activation, id } = asked;
            setAsked(undefined);
            if (activation) {
              if (shown === id) onShow(undefined);
            } else if (plan.wall || plan.patrol?.length) onShow(id);
          }}
        />
      )}
    </>
  );
}
