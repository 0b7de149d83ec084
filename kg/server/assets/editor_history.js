// What was asked before, in this browser only. Where storage is refused there is no history and no complaint.
const KEY = "policykg.queries";
const MOST = 50;

export function readPast() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one?.text === "string") : [];
  } catch {
    return [];
  }
}

export function remember(text, note) {
  const past = [{ text, note, at: Date.now() }, ...readPast().filter((one) => one.text !== text)];
  try {
    localStorage.setItem(KEY, JSON.stringify(past.slice(0, MOST)));
  } catch {
    // Storage is full or refused.
  }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Storage is refused.
  }
}
