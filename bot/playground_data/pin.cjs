// Loaded by node before the local Teams client (see bot/playground.py). The client has no switch for any of this.
"use strict";

const http = require("node:http");
const net = require("node:net");

const LOOPBACK = "127.0.0.1";
const LOCAL_HOSTS = new Set([LOOPBACK, "localhost", "::1", "[::1]"]);

// It listens on every interface of the machine, and nothing in it asks for a password.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function pinnedListen(...given) {
  const callback = given.find((argument) => typeof argument === "function");
  const [first, ...rest] = given.filter((argument) => typeof argument !== "function");
  let options;
  if (first !== null && typeof first === "object") {
    if (first.path !== undefined || first.fd !== undefined || first.port === undefined) {
      throw new Error("the local client may listen on a TCP port only");
    }
    options = { ...first, host: LOOPBACK };
  } else {
    const port = Number(first ?? 0);
    if (!Number.isInteger(port)) throw new Error("the local client may listen on a TCP port only");
    options = { port, host: LOOPBACK, backlog: rest.find((argument) => typeof argument === "number") };
  }
  return listen.call(this, options, ...(callback ? [callback] : []));
};

// It has no business outside this machine; what it may still want to send home ends here.
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function localConnect(...given) {
  // Node's own callers pass one array: [options, callback].
  const head = Array.isArray(given[0]) ? given[0][0] : given[0];
  let host = LOOPBACK;
  if (head !== null && typeof head === "object") {
    host = head.path ? null : (head.host ?? LOOPBACK);
  } else if (typeof given[1] === "string") {
    host = given[1];
  }
  if (host === null || !LOCAL_HOSTS.has(host)) {
    process.nextTick(() => this.destroy(new Error("the local client talks to this machine only")));
    return this;
  }
  return connect.apply(this, given);
};

// Its page asks a content network for fonts: the browser, too, talks to this machine only.
const POLICY = "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' ws:";
const writeHead = http.ServerResponse.prototype.writeHead;
http.ServerResponse.prototype.writeHead = function localWriteHead(...given) {
  if (!this.headersSent) this.setHeader("Content-Security-Policy", POLICY);
  return writeHead.apply(this, given);
};

// What the machine's environment may say about another use of the client does not count here.
for (const name of Object.keys(process.env)) {
  if (/^(TEAMSAPPTESTER_|TEAMS_APP_TEST_TOOL_|M365_AGENTS_PLAYGROUND_|HTTPS?_PROXY$|ALL_PROXY$)/i.test(name)) delete process.env[name];
}
process.env.TEAMSAPPTESTER_BROWSER = "none";

// The parent holds the other end of standard input. When the parent is gone, however it went, so is the client.
process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
