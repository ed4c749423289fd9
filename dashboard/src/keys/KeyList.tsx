import { Kbd, Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { activeKeys } from "./registry";

/** Every key that does something here and now. */
export function KeyList(props: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t("keys.title")}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": t("events.close") }}
    >
      <Table>
        <Table.Tbody>
          {activeKeys().map(({ press, word }) => (
            <Table.Tr key={press}>
              <Table.Td w={140}>
                {press.split(" ").map((one) => (
                  <Kbd key={one} mr={4}>
                    {one}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{t(word)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
