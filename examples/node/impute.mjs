// node impute.mjs BUNDLE TABLE.csv COMPLETED.csv [CELLS.csv]: imputes a table by the bundle's impute.onnx.
// node impute.mjs BUNDLE '{"alcohol": 13.2, "malic_acid": 1.7}': draws the columns of a row that are not given.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { complete, describe, parse } from "../common/csv.mjs";
import { Imputer } from "../common/imputer.mjs";

const [folder, table, completed, cellsFile] = process.argv.slice(2);
if (!folder || !table || (!completed && !table.startsWith("{"))) {
  console.error(`usage: node impute.mjs BUNDLE TABLE.csv COMPLETED.csv [CELLS.csv]\n       node impute.mjs BUNDLE '{"column": value, ...}'`);
  process.exit(2);
}

const read = (name) => readFile(join(folder, name));
const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };

try {
  const imputer = await Imputer.open(ort, read, options);
  if (table.startsWith("{")) {
    console.table(await imputer.impute([JSON.parse(table)]));
  } else {
    const data = parse(await readFile(table, "utf8"));
    const start = performance.now();
    const cells = await imputer.impute(data.rows);
    console.error(`${data.rows.length} rows, ${cells.length} cells in ${Math.round(performance.now() - start)} ms`);
    await writeFile(completed, complete(data, cells, imputer.columns));
    if (cellsFile) await writeFile(cellsFile, describe(cells));
  }
} catch (failure) {
  console.error(failure.message);
  process.exit(2);
}
