// A chat client as a browser has it: connects, follows a stream, comes back by itself and resumes.
// node follow.mjs <url> <token> <stream>; prints one JSON line for each thing that happens; commands come as lines.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, token, stream] = process.argv.slice(2);
const tell = (kind, value) => console.log(JSON.stringify({ kind, value }));
const options = { auth: { token }, transports: ["websocket"], reconnectionDelay: 50, reconnectionDelayMax: 100 };
const socket = io(`${url}/lobby`, options);
let last = null;

socket.on("connect", () => {
  socket.emit("resume", last === null ? { stream } : { stream, after: last }, (answer) => {
    for (const entry of answer.data.entries) tell("entry", entry.id);
    last = answer.data.last;
    tell("resumed", { gap: answer.data.gap, missed: answer.data.entries.length });
  });
});
socket.on("news", (entry) => {
  last = entry.id;
  tell("entry", entry.id);
});
socket.on("disconnect", (reason) => tell("disconnect", reason));
socket.on("connect_error", (error) => tell("refused", { message: error.message, data: error.data ?? null }));
for (const notice of ["addon_disabled", "session_revoked", "token_expired"]) {
  socket.on(notice, (body) => tell(notice, body.error.code));
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const [command, ...rest] = JSON.parse(line);
  if (command === "cut") socket.io.engine.close();
  if (command === "call") tell("answer", await socket.emitWithAck(...rest));
  if (command === "end") process.exit(0);
});
