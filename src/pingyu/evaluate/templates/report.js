// The error browser: one mistake at a time, its document with gold and system side by side.
const { kinds, documents } = JSON.parse(document.getElementById("data").textContent);
const [KIND, LABEL, TEXT, GOLD, SYSTEM] = [0, 1, 2, 3, 4]; // of a mistake (page.py, _browsed)
const byId = (id) => document.getElementById(id);
const all = documents.flatMap((doc, d) => doc.mistakes.map((mistake) => ({ d, mistake })));
let chosen = all;
let at = 0;

function fill(id, first, values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  byId(id).append(new Option(`${first} (${all.length})`, ""));
  for (const [value, count] of counts) byId(id).append(new Option(`${value} (${count})`, value));
}

// One pane, of characters (code points). The text is cut wherever a span begins or ends; a piece goes
// on in the marks that the piece before it stood in.
function draw(pane, characters, spans, tails, heads, wrong, place) {
  const cuts = new Set([0, characters.length]);
  for (const [, start, end] of spans) cuts.add(start).add(end);
  if (place) place.forEach((edge) => cuts.add(edge));
  const edges = [...cuts].sort((a, b) => a - b);
  pane.replaceChildren();
  for (let n = 0; n + 1 < edges.length; n++) {
    const [low, high] = [edges[n], edges[n + 1]];
    let inner = pane;
    spans.forEach(([label, start, end, score], index) => {
      if (start > low || end < high) return;
      let mark = inner.lastChild;
      if (mark?.span !== index) {
        mark = document.createElement("mark");
        mark.span = index;
        mark.title = `${label} ${score}`;
        mark.style.setProperty("--colour", `var(--${label})`);
        mark.classList.toggle("first", start === low);
        mark.classList.toggle("wrong", wrong.has(index));
        mark.classList.toggle("at", tails.includes(index));
        mark.classList.toggle("head", heads.includes(index));
        inner.append(mark);
      }
      mark.classList.toggle("last", end === high);
      inner = mark;
    });
    if (place && place[0] <= low && high <= place[1]) {
      const span = document.createElement("span");
      span.className = "place";
      inner.append(span);
      inner = span;
    }
    inner.append(characters.slice(low, high).join(""));
  }
}

function reveal(pane, index, length) {
  const target = pane.querySelector(".at") ?? pane.querySelector(".place, .head");
  if (target) pane.scrollTop = target.offsetTop - pane.clientHeight / 2.5;
  else pane.scrollTop = (pane.scrollHeight * index) / Math.max(1, length) - pane.clientHeight / 2.5;
}

function show() {
  byId("counter").textContent = chosen.length ? `${at + 1} of ${chosen.length}` : "none";
  const what = byId("what");
  what.replaceChildren();
  for (const side of ["gold", "system"]) byId(side).replaceChildren();
  byId("name").textContent = "";
  if (!chosen.length) {
    what.append("No error of this kind here.");
    return;
  }
  const { d, mistake } = chosen[at];
  const doc = documents[d];
  const bold = document.createElement("b");
  bold.textContent = mistake[KIND];
  const note = document.createElement("span");
  note.className = "soft";
  note.textContent = ` — ${kinds[mistake[KIND]]}`;
  what.append(bold, ` ${mistake[LABEL]} 「${mistake[TEXT]}」`, note);
  byId("name").textContent = doc.name;
  const characters = [...doc.text]; // offsets count code points
  const relation = mistake[LABEL].startsWith("HAS_");
  const [one, other] = mistake[GOLD].length ? [doc.gold, mistake[GOLD][0]] : [doc.system, mistake[SYSTEM][0]];
  const place = one[other].slice(1, 3);
  for (const [side, spans, column] of [["gold", doc.gold, GOLD], ["system", doc.system, SYSTEM]]) {
    const wrong = new Set(doc.mistakes.flatMap((m) => (m[LABEL].startsWith("HAS_") ? [] : m[column])));
    const indices = mistake[column];
    const tails = relation ? indices.slice(0, 1) : indices;
    draw(byId(side), characters, spans, tails, relation ? indices.slice(1) : [], wrong, indices.length ? null : place);
    reveal(byId(side), place[0], characters.length);
  }
}

function move(step) {
  if (!chosen.length) return;
  at = (at + step + chosen.length) % chosen.length;
  show();
}

// The first error of the next (or previous) document that has one.
function moveDocument(step) {
  if (!chosen.length) return;
  const here = chosen[at].d;
  while (chosen[at].d === here && at + step >= 0 && at + step < chosen.length) at += step;
  at = chosen.findIndex((entry) => entry.d === chosen[at].d);
  show();
}

function filter() {
  const [kind, label, name] = ["kind", "label", "document"].map((id) => byId(id).value);
  chosen = all.filter(
    ({ d, mistake }) =>
      (!kind || mistake[KIND] === kind) && (!label || mistake[LABEL] === label) && (!name || documents[d].name === name),
  );
  at = 0;
  show();
}

fill("kind", "every kind", Object.keys(kinds).flatMap((k) => all.filter((e) => e.mistake[KIND] === k).map(() => k)));
fill("label", "every label", all.map((entry) => entry.mistake[LABEL]).sort());
fill("document", "every document", all.map((entry) => documents[entry.d].name));
for (const id of ["kind", "label", "document"]) {
  byId(id).addEventListener("change", () => {
    byId(id).blur(); // so that keys move on from here
    filter();
  });
}
byId("next").addEventListener("click", () => move(1));
byId("previous").addEventListener("click", () => move(-1));
for (const button of document.querySelectorAll("button[data-kind]")) {
  button.addEventListener("click", () => {
    byId("kind").value = button.dataset.kind;
    filter();
    byId("browse").scrollIntoView();
  });
}
const keys = {
  j: () => move(1), ArrowRight: () => move(1), k: () => move(-1), ArrowLeft: () => move(-1),
  n: () => moveDocument(1), p: () => moveDocument(-1),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT" || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
show();
