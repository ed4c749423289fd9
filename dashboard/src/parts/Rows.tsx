import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Rows.module.css";
import { useScrolls } from "./useScrolls";

interface Column {
  head: ReactNode;
  /** Numbers stand below each other. */
  number?: boolean;
}

/** A plain table that scrolls sideways where the screen is narrow. */
export function Rows(props: {
  label?: string;
  columns: Column[];
  rows: { key: string; cells: ReactNode[] }[];
  minWidth?: number;
}) {
  const { label, columns, rows, minWidth = 320 } = props;
  const side = (index: number) => (columns[index]?.number ? ("right" as const) : undefined);
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" {...useScrolls()}>
      <Table className={classes.rows} verticalSpacing={6} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column, index) => (
              <Table.Th key={index} ta={side(index)}>
                {column.head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, index) => (
                <Table.Td key={index} ta={side(index)}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
