// Comma-separated values with quotes, as spreadsheets write them.

/** @returns {{ header: string[], rows: Object<string, string>[] }} */
export function parse(text) {
  const records = [[""]];
  let quoted = false;
  for (let i = text.charCodeAt(0) === 0xfeff ? 1 : 0; i < text.length; i++) {
    const [character, record] = [text[i], records.at(-1)];
    if (quoted && character === '"' && text[i + 1] === '"') record[record.length - 1] += text[++i];
    else if (character === '"') quoted = !quoted;
    else if (character === "," && !quoted) record.push("");
    else if (character === "\n" && !quoted) records.push([""]);
    else if (character !== "\r" || quoted) record[record.length - 1] += character;
  }
  const [header, ...body] = records.filter((record) => record.length > 1 || record[0] !== "");
  if (!header || body.length === 0) throw new Error("The table needs a header and at least one row.");
  const uneven = body.findIndex((record) => record.length !== header.length);
  if (uneven >= 0) throw new Error(`Data row ${uneven} has ${body[uneven].length} cells, and the header ${header.length}.`);
  return { header, rows: body.map((record) => Object.fromEntries(header.map((name, j) => [name, record[j]]))) };
}

const quote = (value) => (/[",\n\r]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));

/** The text of records, the header among them. */
export const format = (records) => records.map((record) => record.map(quote).join(",") + "\n").join("");

/** A table completed: means, whole where the column is of whole numbers, and most probable levels; observed cells as they came. */
export function complete({ header, rows }, cells, columns) {
  const completed = rows.map((row) => ({ ...row }));
  const isWhole = new Set(columns.filter((column) => column.type === "integer").map((column) => column.name));
  for (const { row, column, mean, level } of cells) completed[row][column] = level ?? (isWhole.has(column) ? Math.round(mean) : Number(mean.toPrecision(7)));
  return format([header, ...completed.map((row) => header.map((name) => row[name]))]);
}

/** A line for each missing cell. */
export const describe = (cells) => format([
  ["row", "column", "mean", "sd", "lower", "upper", "level", "probabilities"],
  ...cells.map((cell) => [
    cell.row, cell.column, ...[cell.mean, cell.sd, cell.lower, cell.upper].map((value) => value ?? ""), cell.level ?? "",
    Object.entries(cell.probabilities ?? {}).map(([name, share]) => `${name}=${share.toPrecision(4)}`).join(";"),
  ]),
]);
