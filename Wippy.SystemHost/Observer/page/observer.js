// The observer's page. It keeps all processes by PID, gets what changed as server-sent events, and draws only the rows that are
// in view: thousands of processes cost no more than a screenful. Everything it shows is set as text, never as HTML.

const ROW = 28;
const SPARE = 8;

const byId = (id) => document.getElementById(id);
const list = byId("list");
const rows = byId("rows");
const processes = new Map();
let visible = [];
let selected = null;
let mayEnd = false;
let registryVersion = null;
let failures = [];
let previous = { at: 0, channels: new Map() };

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const bytes = (count) => count >= 1 << 20 ? `${(count / (1 << 20)).toFixed(1)} MB` : count >= 1024 ? `${(count / 1024).toFixed(1)} KB` : `${count} B`;

// The tree: supervision as it came about, each process below the one that spawned it. Order is that of the PIDs.
function arrange() {
  const text = byId("search").value.trim().toLowerCase();
  const children = new Map();
  const roots = [];
  for (const process of processes.values()) {
    if (process.parent && processes.has(process.parent)) {
      if (!children.has(process.parent)) children.set(process.parent, []);
      children.get(process.parent).push(process);
    } else {
      roots.push(process);
    }
  }
  visible = [];
  const matches = (process) => !text || `${process.pid} ${process.entry} ${process.host} ${process.state} ${process.actor ?? ""}`.toLowerCase().includes(text);
  const stack = roots.reverse().map((process) => ({ process, level: 1 }));
  while (stack.length > 0) {
    const { process, level } = stack.pop();
    // What is searched for is shown flat: its place in the tree is on its own page.
    if (matches(process)) visible.push({ process, level: text ? 1 : level });
    const below = children.get(process.pid) ?? [];
    for (let i = below.length - 1; i >= 0; i--) stack.push({ process: below[i], level: level + 1 });
  }
  byId("count").textContent = text ? `${visible.length} of ${processes.size}` : `${processes.size}`;
  rows.style.height = `${visible.length * ROW}px`;
}

function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - SPARE);
  const last = Math.min(visible.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + SPARE);
  rows.replaceChildren(...visible.slice(first, last).map(({ process, level }, i) => {
    const row = element("div", undefined, "row");
    row.id = `row-${first + i}`;
    row.dataset.pid = process.pid;
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", level);
    row.setAttribute("aria-setsize", visible.length);
    row.setAttribute("aria-posinset", first + i + 1);
    row.setAttribute("aria-selected", process.pid === selected);
    row.style.top = `${(first + i) * ROW}px`;
    const entry = element("span", process.entry);
    entry.style.paddingLeft = `${(level - 1) * 1.1 + 0.3}rem`;
    row.append(entry, element("span", process.pid, "pid"), element("span", process.state),
      element("span", process.mailbox, "number"), element("span", process.memory ? bytes(process.memory) : "", "number"), element("span", process.steps, "number"));
    if (process.pid === selected) list.setAttribute("aria-activedescendant", row.id);
    return row;
  }));
}

function table(id, headings, lines, empty) {
  if (lines.length === 0) {
    byId(id).replaceChildren(element("p", empty, "none"));
    return;
  }
  const made = element("table");
  const head = made.createTHead().insertRow();
  for (const heading of headings) {
    const cell = element("th", heading);
    cell.scope = "col";
    head.append(cell);
  }
  const body = made.createTBody();
  for (const line of lines) {
    const row = body.insertRow();
    for (const cell of line) {
      if (typeof cell === "number") row.append(element("td", cell, "number"));
      else row.insertCell().append(...breakable(cell));
    }
  }
  byId(id).replaceChildren(made);
}

// Names that are too long for a line go on in the next one behind a separator.
function breakable(text) {
  return text.split(/(?<=[:.@|])(?=[a-z])/).flatMap((part, index) => index === 0 ? [part] : [document.createElement("wbr"), part]);
}

// Frames per second since the last look.
function rate(key, frames, seconds) {
  const before = previous.channels.get(key);
  return before === undefined || seconds <= 0 ? "" : `, ${Math.round((frames - before) / seconds)}/s`;
}

function show(nodes) {
  const now = performance.now();
  const seconds = previous.at ? (now - previous.at) / 1000 : 0;
  const channels = new Map();
  const count = (sum, node) => sum + node;
  byId("summary").textContent = `${nodes.length} nodes · ${processes.size} processes · registry version ${nodes[0].registryVersion}, ${nodes[0].entries} entries · `
    + `${nodes.map((node) => node.denials).reduce(count, 0)} denials · ${nodes.map((node) => node.deadLetters).reduce(count, 0)} dead letters`;
  table("services", ["Service", "State", "Restarts", "PID"],
    nodes.flatMap((node) => node.services.map((service) => [service.id, service.state, service.restarts, service.pid])), "No service is declared.");
  table("hosts", ["Host", "Node", "Processes", "Queued", "Workers", "Steals"],
    nodes.flatMap((node) => node.hosts.map((host) => [host.id, node.node, host.processes, host.queued, host.workers, host.steals])), "No hosts.");
  table("channels", ["From", "To", "Sent", "Received", "Waiting", "Denied"], nodes.flatMap((node) => node.channels.map((channel) => {
    const key = `${node.node} ${channel.peer}`;
    channels.set(`${key} out`, channel.framesOut);
    channels.set(`${key} in`, channel.framesIn);
    return [node.node, channel.peer, `${bytes(channel.bytesOut)}${rate(`${key} out`, channel.framesOut, seconds)}`,
      `${bytes(channel.bytesIn)}${rate(`${key} in`, channel.framesIn, seconds)}`, bytes(channel.waiting), channel.denials];
  })), "No other node is connected.");
  const latest = (items) => items.sort((a, b) => b.at.localeCompare(a.at)).slice(0, 20);
  table("denials", ["Time", "Who", "What", "Decided by"],
    latest(nodes.flatMap((node) => node.recentDenials)).map((denial) => [time(denial.at), denial.from ? `${denial.entry} (${denial.from})` : denial.entry,
      `${denial.action} ${denial.resource}${denial.topic ? `, topic ${denial.topic}` : ""}`, denial.decidedBy]), "Nothing was denied.");
  failures = latest(nodes.flatMap((node) => node.recentFailures));
  table("failures", ["Time", "Process", "Error"],
    failures.map((failure) => [time(failure.at), `${failure.entry} ${failure.pid}`, failure.error]), "No process has failed.");
  previous = { at: now, channels };
  if (registryVersion !== nodes[0].registryVersion) showEntries();
  registryVersion = nodes[0].registryVersion;
}

async function showEntries() {
  const search = byId("entry-search").value.trim();
  const response = await fetch(`observer/entries?search=${encodeURIComponent(search)}`);
  if (!response.ok || search !== byId("entry-search").value.trim()) return;
  const found = await response.json();
  byId("entry-count").textContent = search ? `${found.matching} of ${found.total}` : `${found.total}`;
  table("entries", ["Entry", "Kind", "Comment"], found.entries.map((entry) => [entry.id, entry.kind, entry.comment]), "No entry matches.");
  if (found.entries.length < found.matching) byId("entries").append(element("p", `The first ${found.entries.length}; search for others.`, "none"));
}

const time = (text) => new Date(text).toLocaleTimeString();

async function select(pid) {
  if (pid !== selected) byId("with-messages").checked = false;
  selected = pid;
  byId("answer").textContent = "";
  draw();
  await showProcess();
}

async function showProcess() {
  const pid = selected;
  byId("process").hidden = pid === null;
  if (pid === null) return;
  const withMessages = mayEnd && byId("with-messages").checked;
  const response = await fetch(`observer/process?pid=${encodeURIComponent(pid)}${withMessages ? "&messages=true" : ""}`);
  if (pid !== selected) return;
  const process = response.ok ? await response.json() : null;
  byId("process-title").textContent = process ? process.entry : "The process has ended";
  byId("cancel").disabled = byId("terminate").disabled = byId("with-messages").disabled = !mayEnd || !process;
  byId("messages").hidden = !process?.messages;
  if (process?.messages) {
    table("messages", ["Time", "", "Who", "Topic", "What", "Trace"], process.messages.map((message) => [time(message.at), message.isSent ? "to" : "from",
      message.other || "the runtime", message.topic, message.content, message.traceId?.slice(0, 8) ?? ""]), "None since you look.");
  }
  if (!process) {
    byId("facts").replaceChildren(element("dt", "PID"), element("dd", pid));
    return;
  }
  const facts = [["PID", process.pid], ["Host", process.host], ["State", process.state], ["Actor", process.actor ?? "none"],
    ["Mailbox", `${process.mailbox} messages`], ["Memory", process.memory ? bytes(process.memory) : "not known"], ["Steps", process.steps]];
  const related = [["Spawned by", process.parent ? [process.parent] : []], ["Monitored by", process.relations.watchers],
    ["Monitors", process.relations.watching], ["Linked to", process.relations.links]];
  const exits = element("dd");
  exits.append(...failures.filter((failure) => failure.entry === process.entry).slice(0, 5)
    .map((failure) => element("div", `${time(failure.at)} ${failure.pid} ${failure.error}`)));
  if (!exits.firstChild) exits.textContent = "none";
  // What is drawn anew each second must not take the focus from who is at a link.
  const focused = byId("facts").contains(document.activeElement) ? document.activeElement.textContent : null;
  byId("facts").replaceChildren(
    ...facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]),
    ...related.flatMap(([name, pids]) => {
      const value = element("dd", pids.length ? undefined : "nobody");
      for (const other of pids) {
        const link = element("button", other);
        link.type = "button";
        link.addEventListener("click", () => select(other));
        value.append(link);
      }
      return [element("dt", name), value];
    }),
    element("dt", "Failed before"), exits);
  if (focused !== null) [...byId("facts").querySelectorAll("button")].find((link) => link.textContent === focused)?.focus();
}

async function end(verb) {
  const response = await fetch(`observer/${verb}?pid=${encodeURIComponent(selected)}`, { method: "POST", headers: { "X-Wippy-Observer": "1" } });
  byId("answer").textContent = response.ok ? `Asked to ${verb}.` : await response.text();
}

byId("cancel").addEventListener("click", () => end("cancel"));
byId("terminate").addEventListener("click", () => end("terminate"));
byId("search").addEventListener("input", () => { list.scrollTop = 0; arrange(); draw(); });
byId("entry-search").addEventListener("input", showEntries);
byId("with-messages").addEventListener("change", showProcess);
list.addEventListener("scroll", draw, { passive: true });
window.addEventListener("resize", draw);
list.addEventListener("click", (event) => {
  const row = event.target.closest("[role=treeitem]");
  if (row) select(row.dataset.pid);
});
list.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined || visible.length === 0) return;
  event.preventDefault();
  const at = visible.findIndex(({ process }) => process.pid === selected);
  const next = Math.max(0, Math.min(visible.length - 1, at + step));
  if (next * ROW < list.scrollTop) list.scrollTop = next * ROW;
  if ((next + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = (next + 1) * ROW - list.clientHeight;
  select(visible[next].process.pid);
});

const changes = new EventSource("observer/changes");
changes.addEventListener("message", (event) => {
  const change = JSON.parse(event.data);
  mayEnd = change.mayEnd;
  byId("access").textContent = mayEnd ? "" : "Read only: the AppHost prints an address that may end processes.";
  for (const process of change.changed) processes.set(process.pid, process);
  for (const pid of change.gone) processes.delete(pid);
  if (change.changed.length || change.gone.length) arrange();
  draw();
  show(change.nodes);
  showProcess();
});
changes.addEventListener("open", () => { processes.clear(); });
changes.addEventListener("error", () => { byId("summary").textContent = "The connection is lost; trying again…"; });
