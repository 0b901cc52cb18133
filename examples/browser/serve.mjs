// node serve.mjs [BUNDLE] [PORT]: serves the pages, onnxruntime-web and, if it is named, a bundle on this machine.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const types = { ".html": "text/html; charset=utf-8", ".mjs": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** Starts the server on the loopback address; port 0 takes a free one. */
export function serve(bundle, port) {
  const places = { ...(bundle ? { "/model/": bundle } : {}), "/common/": join(here, "../common"), "/onnxruntime-web/": join(here, "node_modules/onnxruntime-web/dist"), "/": here };
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    const prefix = Object.keys(places).find((candidate) => path.startsWith(candidate));
    const file = join(places[prefix], path === "/" ? "index.html" : path.slice(prefix.length));
    try {
      const content = await readFile(file);
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [bundle, port = "8080"] = process.argv.slice(2);
  const server = await serve(bundle, Number(port));
  console.error(`http://127.0.0.1:${server.address().port}/`);
}
