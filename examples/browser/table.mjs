// The page: a model and a table, dropped or chosen, to the completed table and an interval for each cell, by impute.onnx in WebAssembly (the builds of onnxruntime-web with
// WebGPU have no kernels for double precision, in which a table is read).
import * as ort from "/onnxruntime-web/ort.wasm.bundle.min.mjs";
import { complete, describe, parse } from "/common/csv.mjs";
import { Imputer } from "/common/imputer.mjs";
import { unzip } from "/common/zip.mjs";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = "/onnxruntime-web/";

const shown = 200;
const element = (id) => document.getElementById(id);
let [imputer, table] = [null, null];

const say = (text, error = false) => {
  element("status").textContent = text;
  element("status").classList.toggle("error", error);
};

/** Does a piece of work and says what came of it. */
const attempt = async (work) => {
  try {
    await work();
  } catch (failure) {
    say(failure.message, true);
  }
  element("impute").disabled = !(imputer && table);
};

const bytes = async (file) => new Uint8Array(await file.arrayBuffer());

async function open(files) {
  const isZip = files.length === 1 && files[0].name.endsWith(".zip");
  const entries = isZip ? await unzip(await bytes(files[0])) : new Map(files.map((file) => [file.name, () => bytes(file)]));
  await openModel(async (name) => {
    if (!entries.has(name)) throw new Error(`The model's ${name} is not among the files.`);
    return entries.get(name)();
  });
}

async function openModel(read) {
  say("Loading the model");
  imputer = null;
  imputer = await Imputer.open(ort, read);
  say(table ? "Ready" : "Choose a table");
}

async function openTable(file) {
  table = null;
  table = parse(await file.text());
  say(imputer ? "Ready" : "Choose a model");
}

function show(cells) {
  const line = (cell) => {
    const row = document.createElement("tr");
    const numbers = [cell.mean, cell.sd, cell.lower, cell.upper].map((value) => value?.toPrecision(5) ?? "");
    if (cell.level !== undefined) numbers[0] = `${cell.level} (${cell.probabilities[cell.level].toPrecision(3)})`;
    for (const value of [cell.row, cell.column, ...numbers]) row.insertCell().textContent = value;
    return row;
  };
  element("result").tBodies[0].replaceChildren(...cells.slice(0, shown).map(line));
  element("result").hidden = false;
  for (const [id, text] of [["completed", complete(table, cells, imputer.columns)], ["cells", describe(cells)]]) {
    URL.revokeObjectURL(element(id).href);
    element(id).href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  }
  element("files").hidden = false;
}

element("model").addEventListener("change", (event) => attempt(() => open([...event.target.files])));
element("table").addEventListener("change", (event) => attempt(() => openTable(event.target.files[0])));
element("impute").addEventListener("click", () => attempt(async () => {
  element("impute").disabled = true;
  const start = performance.now();
  const cells = await imputer.impute(table.rows, { progress: (share) => say(`Imputing: ${Math.round(100 * share)} %`) });
  show(cells);
  say(cells.length > 0 ? `Done: ${cells.length} cells of ${table.rows.length} rows in ${((performance.now() - start) / 1000).toFixed(1)} s` : "Nothing is missing");
}));

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    document.body.classList.toggle("over", name === "dragover");
  });
}
document.addEventListener("drop", (event) => attempt(async () => {
  const files = [...event.dataTransfer.files];
  const tables = files.filter((file) => file.name.endsWith(".csv"));
  if (tables.length > 0) await openTable(tables[0]);
  if (files.length > tables.length) await open(files.filter((file) => !file.name.endsWith(".csv")));
}));

// The model that the server was started with, if it was.
const served = async (name) => {
  const response = await fetch(`/model/${name}`);
  if (!response.ok) throw new Error(`The model's ${name} cannot be read (${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
};
if ((await fetch("/model/manifest.json")).ok) await attempt(() => openModel(served));
