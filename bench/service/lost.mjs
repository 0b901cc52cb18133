// Clients that ask without pause until the service refuses connections; says how many requests were answered, refused before anything was sent, and lost.
//   node lost.mjs URL BODY CLIENTS
import http from 'node:http';
import { readFileSync } from 'node:fs';

const [url, file, clients] = process.argv.slice(2);
const body = readFileSync(file);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(clients) });
const count = { answered: 0, refused: 0, lost: 0 };

const ask = () => new Promise(resolve => {
  let connected = false;
  const request = http.request(url, { method: 'POST', agent, headers: { 'Content-Type': 'application/json', 'Content-Length': body.length } }, answer => {
    let length = 0;
    answer.on('data', part => { length += part.length; });
    answer.on('end', () => resolve(answer.statusCode === 200 && answer.complete && length > 0 ? 'answered' : 'lost'));
    answer.on('error', () => resolve('lost'));
  });
  request.on('socket', socket => { if (socket.connecting) socket.once('connect', () => { connected = true; }); else connected = true; });
  request.on('error', () => resolve(connected ? 'lost' : 'refused'));
  request.end(body);
});

await Promise.all(Array.from({ length: Number(clients) }, async () => {
  for (;;) {
    const outcome = await ask();
    count[outcome]++;
    if (outcome !== 'answered') return;
  }
}));
console.log(`${count.answered} ${count.refused} ${count.lost}`);
process.exit(0);
