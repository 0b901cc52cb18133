// node impute.mjs BUNDLE '{"alcohol": 13.2, "malic_acid": 1.7}': draws the columns that are not given from the posterior.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { Bundle } from "../common/bundle.mjs";
import { imputeRow } from "../common/sampler.mjs";

const [folder, row] = process.argv.slice(2);
if (!folder || !row) {
  console.error(`usage: node impute.mjs BUNDLE '{"column": number, ...}'`);
  process.exit(2);
}

try {
  const bundle = await Bundle.open(ort, (name) => readFile(join(folder, name)));
  console.table(await imputeRow(bundle, JSON.parse(row)));
} catch (failure) {
  console.error(failure.message);
  process.exit(2);
}
