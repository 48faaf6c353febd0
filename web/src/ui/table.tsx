// A plain table of rows: a real <table>, figures to the right, scrolled sideways on narrow screens.
import type { ComponentChildren } from "preact";

export interface Column<R> {
  name: string;
  cell: (row: R) => ComponentChildren;
  right?: boolean;
  title?: string;
  quiet?: boolean; // the name is for readers that do not see
}

interface Props<R> {
  label: string;
  columns: Column<R>[];
  rows: readonly R[];
  id: (row: R, index: number) => string | number;
  mark?: (row: R) => string; // a class for the row
  empty?: string;
}

export function Table<R>({ label, columns, rows, id, mark, empty }: Props<R>) {
  if (rows.length === 0) return <p class="empty">{empty ?? "Nothing here."}</p>;
  return (
    <div role="group" class="scroller" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                class={column.right ? "right" : undefined}
                title={column.title}
              >
                {column.quiet ? <span class="hidden">{column.name}</span> : column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={id(row, index)} class={mark?.(row)}>
              {columns.map((column, place) =>
                place === 0 ? (
                  <th key={column.name} scope="row" class={column.right ? "right" : undefined}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.name} class={column.right ? "right" : undefined}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
