// The page of a row, for models of mechanism paper: a field for each column, posterior draws of the empty ones by joint_sweep.onnx in WebAssembly.
import * as ort from "/onnxruntime-web/ort.wasm.bundle.min.mjs";
import { Bundle } from "/common/bundle.mjs";
import { imputeRow } from "/common/sampler.mjs";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = "/onnxruntime-web/";

const status = document.getElementById("status");
const form = document.getElementById("row");

const read = async (name) => {
  const response = await fetch(`/model/${name}`);
  if (!response.ok) throw new Error(`The bundle's ${name} cannot be read (${response.status}).`);
  return new Uint8Array(await response.arrayBuffer());
};

const say = (text, error = false) => {
  status.textContent = text;
  status.classList.toggle("error", error);
};

const field = (column) => {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { name: column.name, type: "text", inputMode: "decimal", placeholder: "missing" });
  label.append(column.name, input);
  return label;
};

const show = (cells) => {
  const table = document.getElementById("result");
  const line = ({ column, mean, sd, lower, upper }) => {
    const row = document.createElement("tr");
    row.dataset.column = column;
    for (const value of [column, ...[mean, sd, lower, upper].map((number) => number.toPrecision(5))]) row.insertCell().textContent = value;
    return row;
  };
  table.tBodies[0].replaceChildren(...cells.map(line));
  table.hidden = false;
};

try {
  const bundle = await Bundle.open(ort, read);
  const button = document.createElement("button");
  button.textContent = "Impute";
  form.append(...bundle.columns.map(field), button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const row = Object.fromEntries([...new FormData(form)].map(([name, text]) => [name, text.trim()]));
      const cells = await imputeRow(bundle, row, { progress: (share) => say(`Sampling: ${Math.round(100 * share)} %`) });
      show(cells);
      say(cells.length > 0 ? "Done" : "Nothing is missing");
    } catch (failure) {
      say(failure.message, true);
    }
    button.disabled = false;
  });
  say("Ready");
} catch (failure) {
  say(failure.message, true);
}
