// What the editor completes: the ontology's words by their name or label in either language, variables, keywords.
// A word brings its prefix's declaration with it.

const KEYWORDS = [
  "SELECT", "SELECT DISTINCT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "WHERE", "FILTER", "FILTER NOT EXISTS", "FILTER EXISTS",
  "OPTIONAL", "UNION", "MINUS", "VALUES", "BIND", "GRAPH", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET", "AS",
  "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "CONCAT", "CONTAINS", "STRSTARTS", "STRENDS", "REGEX",
  "LANG", "STR", "YEAR", "COALESCE", "IF", "BOUND",
];
const MOST = 60;
const KINDS = { class: say("类", "class"), property: say("属性", "property"), value: say("值", "value") };

/** Of two texts the one in the page's language. */
export function say(zh, en) {
  return document.documentElement.lang === "en" ? en : zh;
}

/** The words, prefixes and examples of this site; empty where it fails to give them. */
export async function readWords() {
  try {
    const reply = await fetch("/editor/words.json");
    if (reply.ok) return await reply.json();
  } catch {
    // The editor works without completion.
  }
  return { words: [], prefixes: {}, examples: {}, base: "" };
}

/** A completion source for CodeMirror over the words that a promise brings. */
export function completeWith(promise, syntaxTree) {
  return async (context) => {
    const node = syntaxTree(context.state).resolveInner(context.pos, -1).name;
    if (node === "Comment" || node === "String" || node === "IriRef") return null;
    const variable = context.matchBefore(/[?$][\w\u4e00-\u9fff]*/);
    if (variable) return completeVariables(context, variable);
    const typed = context.matchBefore(/[\w\u4e00-\u9fff-]*:?[\w\u4e00-\u9fff-]*/);
    if (!typed || (typed.from === typed.to && !context.explicit)) return null;
    const { words, prefixes } = await promise;
    const found = rank(words, typed.text).map((word) => toCompletion(word, prefixes));
    const upper = typed.text.toUpperCase();
    const keywords = typed.text.includes(":") || !typed.text ? [] : KEYWORDS.filter((one) => one.startsWith(upper));
    const options = [...keywords.map((label) => ({ label, type: "keyword" })), ...found];
    return options.length ? { from: typed.from, options, filter: false } : null;
  };
}

function completeVariables(context, typed) {
  const text = context.state.doc.toString();
  const names = new Set([...text.matchAll(/[?$][\w\u4e00-\u9fff]+/g)].filter((one) => one.index !== typed.from).map((one) => one[0]));
  return { from: typed.from, options: [...names].sort().map((label) => ({ label, type: "variable" })) };
}

/** The words that fit what was typed: those that are it, then begin with it, then hold it; values, which are units and
 *  cue words for the most part, after classes and properties; the shorter of equals first. */
function rank(words, typed) {
  const wanted = typed.toLowerCase();
  const scored = [];
  for (const word of words) {
    const name = word.name.toLowerCase();
    const texts = [name, name.slice(name.indexOf(":") + 1), word.zh.toLowerCase(), word.en.toLowerCase()];
    const fit = texts.includes(wanted) ? 0 : texts.some((text) => text.startsWith(wanted)) ? 1 : 3;
    if (fit < 3 || texts.some((text) => text.includes(wanted))) {
      scored.push([fit + (fit && word.kind === "value" ? 1 : 0), word]);
    }
  }
  scored.sort(([a, one], [b, other]) => a - b || one.name.length - other.name.length);
  return scored.slice(0, MOST).map(([, word]) => word);
}

function toCompletion(word, prefixes) {
  return {
    label: word.name,
    detail: [word.zh, word.en].filter(Boolean).join(" "),
    type: word.kind,
    info: () => {
      const box = document.createElement("div");
      box.append(KINDS[word.kind] ?? "", word.definition ? `：${word.definition}` : "");
      return box;
    },
    apply: (view, completion, from, to) => {
      view.dispatch({
        changes: { from, to, insert: word.name },
        selection: { anchor: from + word.name.length },
        userEvent: "input.complete",
      });
      declare(view, prefixes);
    },
  };
}

/** Puts the known prefixes that the text uses and does not declare at its top; the cursor stays with its words. */
export function declare(view, prefixes) {
  const text = view.state.doc.toString();
  const bare = text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*/g, " ");
  const declared = new Set([...text.matchAll(/PREFIX\s+([^\s:]*):/gi)].map((one) => one[1]));
  const used = new Set([...bare.matchAll(/(?<![\w?$-])([A-Za-z][\w-]*):/g)].map((one) => one[1]));
  const missing = Object.keys(prefixes).filter((name) => used.has(name) && !declared.has(name));
  if (missing.length === 0) return;
  const last = [...text.matchAll(/^[ \t]*PREFIX[^\n]*\n/gim)].at(-1);
  const at = last ? last.index + last[0].length : 0;
  const gap = last ? "" : "\n";
  const lines = missing.map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`).join("");
  view.dispatch({ changes: { from: at, insert: lines + gap } });
}
