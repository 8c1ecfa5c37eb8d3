/* Languages of the page. t("…") says a message, tn("…", "…", n) one that counts, tp("context", "…") one of
   several meanings; each remembers how to say it anew, so that whatever stands on the page as one whole text or
   attribute turns when the language does. What is drawn by other means listens: whenLanguageTurns(redraw). */
const WORDS = data.words, SPOKEN = ["aria-label", "title", "placeholder", "alt"];
let language = WORDS.own;
const anew = new Map();  // a text on the page -> a function that says it in the language of the moment
const listeners = [];
const whenLanguageTurns = (work) => listeners.push(work);

function fill(message, values) {
  return message.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(values[name]) : whole));
}
/* A name that runs from right to left must not turn what stands beside it. */
function isolated(value) {
  const apart = typeof value === "string" && /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(value) && value[0] !== "\u200e";
  return apart ? `\u200e\u2068${value}\u2069` : value;
}
/* A value that was said itself is said anew as well. */
function retold(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sayAnew(value)]));
}
function sayAnew(text) {
  const how = anew.get(text);
  return how ? how() : text;
}
function remember(text, how) {
  if (text) anew.set(text, how);
  return text;
}
function messageIn(id, english) {
  return (WORDS.messages[language] || {})[id] ?? english;
}
function t(message, values = {}) {
  return remember(fill(messageIn(message, message), values), () => t(message, retold(values)));
}
function tp(context, message, values = {}) {
  const said = fill(messageIn(`${context}\u0004${message}`, message), values);
  return remember(said, () => tp(context, message, retold(values)));
}
function tn(one, many, n, values = {}) {
  const forms = messageIn(one, { one, other: many }), category = new Intl.PluralRules(language).select(n);
  const said = fill(forms[category] ?? forms.other, { n: grouped(n), ...values });
  return remember(said, () => tn(one, many, n, retold(values)));
}
/* Signs of numbers: rounded before, so that a number is the same in all languages. */
function signs(number, separated = false) {
  if (language === "en") return separated ? number.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : number;
  const parts = new Intl.NumberFormat(language).formatToParts(12345.6);
  const [group, decimal] = ["group", "decimal"].map((type) => parts.find((part) => part.type === type).value);
  const [whole, rest] = number.split(".");
  return (separated ? whole.replace(/\B(?=(\d{3})+(?!\d))/g, group) : whole) + (rest === undefined ? "" : decimal + rest);
}
function fixed(value, digits) {
  return remember(signs(value.toFixed(digits)), () => fixed(value, digits));
}
function grouped(n) {
  return remember(signs(String(Math.round(n)), true), () => grouped(n));
}

/* The other languages of what was written with the page. */
function wayToSay(texts) {
  for (const text of Object.values(texts)) anew.set(text, () => texts[language]);
}
function keepPairs() {
  for (const [other, { pairs }] of Object.entries(WORDS.others)) {
    for (const [own, text] of pairs) wayToSay({ [WORDS.own]: own, [other]: text });
  }
}
/* Where the texts of the data are that differ: `tree` has the paths to them, with the numbers of texts at its
   ends. Found when the language is turned first. */
function placesOf(other, target, tree, texts, found) {
  for (const [key, below] of Object.entries(tree || {})) {
    if (typeof below === "object") placesOf(other, target[key], below, texts, found);
    else found.push({ target, key, says: { [WORDS.own]: target[key], [other]: texts[below] } });
  }
  return found;
}
let places = null;
function turnData() {
  places ??= Object.entries(WORDS.others).flatMap(([other, { tree, texts }]) => placesOf(other, data, tree, texts, []));
  for (const { target, key, says } of places) {
    wayToSay(says);
    target[key] = says[language] ?? target[key];
  }
}
function turnTexts(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.data.trim(), said = text && sayAnew(text);
      if (said !== text) node.data = node.data.replace(text, () => said);
    } else if (node.getAttribute) {
      for (const name of SPOKEN) {
        const text = node.getAttribute(name), said = text && sayAnew(text);
        if (said !== text) node.setAttribute(name, said);
      }
    }
  }
}
function turnLanguage(to) {
  if (to === language) return;
  language = to;
  turnData();
  document.documentElement.lang = to;
  document.title = sayAnew(document.title);
  turnTexts(document.body);
  for (const work of listeners) work();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-current", String(button.dataset.language === to));
  }
}
function wireLanguages() {
  keepPairs();
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => turnLanguage(button.dataset.language));
  }
}
