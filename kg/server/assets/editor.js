// The editor's page: CodeMirror over the plain text field, asked with Ctrl-Enter, answers as a table.
// CodeMirror lives in a shadow root: there it uses style sheets made by script, which the page's policy allows, instead
// of <style> elements, which it does not.
import * as cm from "/assets/vendor/codemirror.js";
import { completeWith, declare, readWords, say } from "/assets/editor_words.js";
import { showTable, toCsv } from "/assets/editor_result.js";
import { forget, readPast, remember } from "/assets/editor_history.js";

const LINT_AFTER = 500;
const FIRST = "SELECT ?s ?p ?o\nWHERE {\n  ?s ?p ?o .\n}\nLIMIT 20\n";
const by = (id) => document.getElementById(id);
const plain = by("plain");
const words = readWords();
let running = null;
let answer = null;

const view = openEditor();
fillPast();
by("asking").addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
by("stop").addEventListener("click", () => running?.abort());
by("examples").addEventListener("change", async (event) => {
  const { examples } = await words;
  if (event.target.value) setText(examples[event.target.value]);
});
by("forget").addEventListener("click", () => {
  forget();
  fillPast();
});
for (const button of by("files").querySelectorAll("button")) {
  button.addEventListener("click", () => download(button.dataset.file));
}

function openEditor() {
  const host = by("host");
  const root = host.attachShadow({ mode: "open" });
  const colour = (name) => ({ color: `var(--${name})` });
  const { tags } = cm;
  const opened = new cm.EditorView({
    root,
    parent: root,
    state: cm.EditorState.create({
      doc: plain.value.replace(/\r\n?/g, "\n") || FIRST,
      extensions: [
        cm.lineNumbers(), cm.foldGutter(), cm.lintGutter(), cm.history(), cm.drawSelection(), cm.highlightSpecialChars(),
        cm.bracketMatching(), cm.closeBrackets(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(),
        cm.highlightSelectionMatches(), cm.search({ top: true }), cm.sparql(),
        cm.autocompletion({ override: [completeWith(words, cm.syntaxTree)], icons: false, maxRenderedOptions: 60 }),
        cm.linter(check, { delay: LINT_AFTER }),
        cm.syntaxHighlighting(
          cm.HighlightStyle.define([
            { tag: tags.keyword, ...colour("q-keyword"), fontWeight: "600" },
            { tag: tags.variableName, ...colour("q-variable") },
            { tag: [tags.string, tags.number, tags.integer, tags.float, tags.bool, tags.annotation], ...colour("q-string") },
            { tag: [tags.namespace, tags.url, tags.typeName], ...colour("q-name") },
            { tag: tags.comment, ...colour("q-comment") },
          ]),
        ),
        cm.EditorView.lineWrapping,
        cm.EditorView.contentAttributes.of({ "aria-label": "SPARQL", autocapitalize: "off" }),
        cm.Prec.highest(cm.keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        cm.keymap.of([
          ...cm.closeBracketsKeymap, ...cm.completionKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.foldKeymap,
          ...cm.lintKeymap, ...cm.defaultKeymap,
        ]),
        cm.EditorView.theme({
          "&": { height: "100%", fontSize: "14px", color: "var(--text)", backgroundColor: "transparent" },
          "&.cm-focused": { outline: "none" },
          ".cm-scroller": { fontFamily: 'ui-monospace, "Noto Sans Mono CJK SC", monospace', lineHeight: "1.5" },
          ".cm-content": { caretColor: "var(--text)" },
          ".cm-cursor": { borderLeftColor: "var(--text)" },
          ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "none" },
          ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
          ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
            backgroundColor: "var(--picked)",
          },
          ".cm-tooltip, .cm-panels": {
            backgroundColor: "var(--sheet)", color: "var(--text)", border: "1px solid var(--rule)", borderRadius: "6px",
          },
          ".cm-tooltip-autocomplete > ul > li": { padding: "3px 8px" },
          ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--sheet)" },
          ".cm-completionDetail": { fontStyle: "normal", opacity: "0.8", marginLeft: "0.8em" },
          ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
          ".cm-tooltip.cm-completionInfo": { padding: "6px 10px", maxWidth: "28em" },
          ".cm-diagnostic": { padding: "5px 10px" },
          ".cm-textfield, .cm-button": { background: "var(--page)", color: "inherit", border: "1px solid var(--rule)" },
        }),
      ],
    }),
  });
  plain.hidden = true;
  plain.disabled = true;
  host.hidden = false;
  by("host").addEventListener("focus", () => opened.focus());
  return opened;
}

function getText() {
  return view.state.doc.toString();
}

function setText(text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
  view.focus();
}

/** What is wrong with the text, for the linter. */
async function check(target) {
  const text = target.state.doc.toString();
  if (!text.trim()) return [];
  const fault = await fetchFault(text).catch(() => ({}));
  return fault.line && target.state.doc.toString() === text ? [toDiagnostic(target.state, fault)] : [];
}

async function fetchFault(text, signal) {
  const reply = await fetch("/editor/check", {
    method: "POST",
    body: text,
    headers: { "Content-Type": "text/plain" },
    signal,
  });
  return reply.ok ? reply.json() : {};
}

/** A mark for a fault: where the editor's own grammar stumbles first, since the engine's parser, which decides, often
 *  says only where it gave up, well after; else where that was. */
function toDiagnostic(state, fault) {
  const { doc } = state;
  const line = doc.line(Math.min(fault.line, doc.lines));
  // The server counts characters as Unicode does, an editor in UTF-16.
  const said = Math.min(line.from + [...line.text].slice(0, fault.column - 1).join("").length, doc.length);
  const stumbled = findStumble(state);
  const from = stumbled !== null && stumbled < said ? stumbled : said;
  const near = doc.sliceString(from, doc.lineAt(from).to);
  const word = near.match(/^(?:[\w:?$\u4e00-\u9fff-]+|.)/u)?.[0] ?? "";
  const back = word ? 0 : Math.min(1, from);
  const message = from === said ? fault.message : `不是合法的 SPARQL not SPARQL: “${word}”；请改正查询`;
  return { from: from - back, to: from + word.length, severity: "error", message };
}

function findStumble(state) {
  const tree = cm.ensureSyntaxTree(state, state.doc.length, 200);
  let found = null;
  tree?.iterate({
    enter: (node) => {
      if (found === null && node.type.isError) found = node.from;
      return found === null;
    },
  });
  if (found === null) return null;
  // A word that is missing is missed where the next one stands.
  return found + (state.doc.sliceString(found).match(/^\s+/)?.[0].length ?? 0);
}

async function run() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const known = await words;
  declare(view, known.prefixes);
  const text = getText();
  show({ busy: true, status: say("正在查询…", "asking…") });
  const begun = performance.now();
  try {
    const fault = await fetchFault(text, mine.signal);
    if (fault.message) return showFault(fault);
    const reply = await fetch("/sparql", {
      method: "POST",
      body: text,
      signal: mine.signal,
      headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle" },
    });
    const body = await reply.text();
    const spent = `${((performance.now() - begun) / 1000).toFixed(2)} ${say("秒", "s")}`;
    if (reply.ok) showAnswer(text, reply.headers.get("Content-Type") ?? "", body, spent, known);
    else show({ fault: body.trim() });
  } catch (error) {
    if (mine.signal.aborted) show({ status: say("已停止", "stopped") });
    else show({ fault: `${say("连不上服务，kg serve 还在运行吗？", "Cannot reach the server. Is kg serve running?")} ${error.message}` });
  } finally {
    if (running === mine) running = null;
    by("run").disabled = running !== null;
    by("stop").hidden = running === null;
  }
}

function showAnswer(text, type, body, spent, known) {
  if (type.startsWith("text/turtle")) {
    answer = { ttl: body };
    const pre = document.createElement("pre");
    pre.textContent = body;
    show({ status: `${spent}`, result: pre });
    remember(text, "Turtle");
  } else {
    answer = { json: JSON.parse(body), text: body };
    const { element, count, shown } = showTable(answer.json, known);
    const cut = shown < count ? say(`，显示前 ${shown} 行`, `, the first ${shown} shown`) : "";
    show({ status: say(`${count} 行${cut}，${spent}`, `${count} rows${cut}, ${spent}`), result: element });
    remember(text, say(`${count} 行`, `${count} rows`));
  }
  fillPast();
}

function showFault(fault) {
  if (!fault.line) return show({ fault: fault.message });
  const one = toDiagnostic(view.state, fault);
  view.dispatch(cm.setDiagnostics(view.state, [one]));
  view.dispatch({ selection: { anchor: one.from }, scrollIntoView: true });
  view.focus();
  const line = view.state.doc.lineAt(one.from);
  const column = [...line.text.slice(0, one.from - line.from)].length + 1;
  show({ fault: `第 ${line.number} 行第 ${column} 列 line ${line.number}, column ${column}: ${one.message}` });
}

function show({ busy = false, status = "", fault = "", result = null }) {
  by("run").disabled = busy;
  by("stop").hidden = !busy;
  by("status").textContent = status;
  by("fault").textContent = fault;
  by("fault").hidden = !fault;
  by("result").replaceChildren(...(result ? [result] : []));
  by("result").hidden = !result;
  by("files").hidden = !result;
  for (const button of by("files").querySelectorAll("button")) {
    button.hidden = (button.dataset.file === "ttl") !== Boolean(answer?.ttl);
  }
}

function download(kind) {
  const [type, content] = {
    csv: () => ["text/csv", `\ufeff${toCsv(answer.json)}`],
    json: () => ["application/sparql-results+json", answer.text],
    ttl: () => ["text/turtle", answer.ttl],
  }[kind]();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = `answer.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fillPast() {
  const items = readPast().map(({ text, note, at }) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.title = text;
    button.append(text.replace(/PREFIX\s+\S+\s+<[^>]*>\s*/gi, "").replace(/\s+/g, " ").slice(0, 90));
    const small = document.createElement("small");
    small.textContent = ` ${note} · ${new Date(at).toLocaleString()}`;
    button.append(document.createElement("br"), small);
    button.addEventListener("click", () => {
      setText(text);
      by("history").open = false;
    });
    item.append(button);
    return item;
  });
  by("past").replaceChildren(...items);
}

// For tests and for the curious: the text, and how to set it.
window.policykgEditor = { getText, setText, view };
