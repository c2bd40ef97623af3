// The rules of a form, worked out in the page as the server does (grants/calls/logic/evaluating.py).
// A tree is a list: ["<=", ["get", "requested"], ["*", ["is", 0.5], ["get", "budget.charges"]]].
// null is « unknown »: not answered yet. The server judges again; here rounding may differ by a hair.
const HAIR = 1e-9;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
const near = (a, b) => Math.abs(a - b) <= HAIR * Math.max(1, Math.abs(a), Math.abs(b));

export function evaluate(tree, get) {
  const [verb, ...parts] = tree;
  if (verb === "is") return parts[0];
  if (verb === "these") return parts;
  if (verb === "get") return get(parts[0]) ?? null;
  const value = (part) => evaluate(part, get);
  return (VERBS[verb] ?? (() => null))(parts, value);
}

function arithmetic(work) {
  return ([left, right], value) => {
    const a = number(value(left));
    const b = number(value(right));
    return a === null || b === null ? null : number(work(a, b));
  };
}

function comparison(work) {
  return ([left, right], value) => compared(work, value(left), value(right));
}

function compared(work, a, b) {
  if (a === null || b === null || typeof a !== typeof b || Array.isArray(a) || Array.isArray(b)) return null;
  if (typeof a === "number") return work(near(a, b) ? 0 : a - b);
  return work(a < b ? -1 : a > b ? 1 : 0);
}

function joined(decisive) {
  return (parts, value) => {
    const found = parts.map(value);
    if (found.includes(decisive)) return decisive;
    return found.every((one) => typeof one === "boolean") ? !decisive : null;
  };
}

const spread = (parts, value) => parts.flatMap((part) => {
  const found = value(part);
  return Array.isArray(found) ? found.map((one) => one ?? null) : [found];
});

function extreme(choose) {
  return (parts, value) => {
    const found = spread(parts, value).map(number);
    return found.length && !found.includes(null) ? choose(...found) : null;
  };
}

function sum(parts, value) {
  const known = spread(parts, value).map(number).filter((one) => one !== null);
  return known.length ? known.reduce((all, one) => all + one, 0) : null;
}

function round([what, places], value) {
  const found = number(value(what));
  if (found === null) return null;
  const scale = 10 ** (places ? value(places) : 0);
  // Halves go away from zero, as in « arrondi » and not as in Math.round.
  const scaled = Math.abs(found) * scale;
  return (Math.sign(found) * Math.floor(scaled + 0.5 + HAIR * Math.max(1, scaled))) / scale;
}

function count([what], value) {
  const found = value(what);
  if (typeof found === "number") return found;
  return Array.isArray(found) ? found.filter((one) => one !== null && one !== "").length : null;
}

function contains([where, what], value) {
  const [all, one] = [value(where), value(what)];
  if (typeof one !== "string") return null;
  if (typeof all === "string") return all.toLowerCase().includes(one.toLowerCase());
  return Array.isArray(all) ? all.includes(one) : null;
}

function daysBetween(parts, value) {
  const [first, last] = parts.map(value);
  if (![first, last].every((one) => typeof one === "string" && DAY.test(one))) return null;
  return Math.round((Date.parse(last) - Date.parse(first)) / 86400000);
}

const VERBS = {
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  "/": arithmetic((a, b) => (b === 0 ? null : a / b)),
  "==": comparison((order) => order === 0),
  "!=": comparison((order) => order !== 0),
  "<": comparison((order) => order < 0),
  "<=": comparison((order) => order <= 0),
  ">": comparison((order) => order > 0),
  ">=": comparison((order) => order >= 0),
  and: joined(false),
  or: joined(true),
  not: ([part], value) => (typeof value(part) === "boolean" ? !value(part) : null),
  minus: ([part], value) => (number(value(part)) === null ? null : -value(part)),
  if: ([condition, then, otherwise], value) => {
    const found = value(condition);
    return typeof found === "boolean" ? value(found ? then : otherwise) : null;
  },
  in: ([what, these], value) => {
    const found = value(these).map((one) => compared((order) => order === 0, value(what), one));
    return found.includes(null) ? null : found.includes(true);
  },
  min: extreme(Math.min),
  max: extreme(Math.max),
  sum,
  round,
  count,
  empty: ([part], value) => {
    const found = value(part);
    return found === null || found === "" || (Array.isArray(found) && found.length === 0);
  },
  contains,
  days_between: daysBetween,
};
