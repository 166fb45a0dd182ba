"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  root.classList.add("js");

  const cards = all(".card");
  const chunks = all(".chunk");
  const headings = all(".evidence > h3");
  const words = new WeakMap();
  const chosen = { verdict: new Set(), source: new Set(), finding: new Set() };
  const search = document.getElementById("search");
  const shown = document.getElementById("shown");
  const help = document.getElementById("help");
  let current = null;

  const text = (card) => {
    let found = words.get(card);
    if (found === undefined) {
      found = card.textContent.toLowerCase().replace(/\s+/g, " ");
      words.set(card, found);
    }
    return found;
  };

  const has = (card, kind) => {
    if (chosen[kind].size === 0) return true;
    return (card.dataset[kind] || "").split(" ").some((name) => chosen[kind].has(name));
  };

  const visible = () => cards.filter((card) => !card.hidden);

  const filter = () => {
    const wanted = search.value.trim().toLowerCase().replace(/\s+/g, " ");
    let count = 0;
    for (const card of cards) {
      const fits = has(card, "verdict") && has(card, "source") && has(card, "finding")
        && (wanted === "" || text(card).includes(wanted));
      card.hidden = !fits;
      if (fits) count += 1;
    }
    for (const chunk of chunks) {
      chunk.hidden = !Array.from(chunk.children).some((card) => !card.hidden);
    }
    for (const heading of headings) {
      let next = heading.nextElementSibling;
      let any = false;
      while (next && next.tagName !== "H3") {
        any = any || !next.hidden;
        next = next.nextElementSibling;
      }
      heading.hidden = !any;
    }
    shown.textContent = count === cards.length ? `${count} shown` : `${count} of ${cards.length} shown`;
  };

  // What was never on screen has a guessed height: each scroll shows some of it, and so moves what it was to bring.
  const bring = (element, block, turns = 12) => {
    const before = element.getBoundingClientRect().top;
    element.scrollIntoView({ block });
    if (turns > 0) {
      requestAnimationFrame(() => {
        if (element.getBoundingClientRect().top !== before) bring(element, block, turns - 1);
      });
    }
  };

  const select = (card, target, how) => {
    if (current) current.classList.remove("on");
    for (const mark of all(".q.on")) mark.classList.remove("on");
    current = card;
    if (!card) return;
    if (card.hidden) {
      reset();
    }
    card.classList.add("on");
    const id = target ? target.id : card.id;
    const ids = id === card.id ? all(".quote", card).map((quote) => quote.id).concat(id) : [id];
    for (const one of ids) {
      for (const mark of all(`.q[href="#${CSS.escape(one)}"]`)) mark.classList.add("on");
    }
    bring(target || card, how === "text" ? "nearest" : "start");
    if (how === "key") {
      const mark = document.getElementById(`t-${id}`) || document.querySelector(".q.on");
      if (mark && window.matchMedia("(min-width: 64rem)").matches) mark.scrollIntoView({ block: "center" });
      const link = card.querySelector("h4 a");
      if (link) link.focus({ preventScroll: true });
    }
    history.replaceState(null, "", `#${id}`);
  };

  const go = (hash, how) => {
    const target = document.getElementById(decodeURIComponent(hash.slice(1)));
    const card = target && target.closest(".card");
    if (!card) return false;
    select(card, target === card ? null : target, how);
    return true;
  };

  const step = (by) => {
    const list = visible();
    if (list.length === 0) return;
    const at = list.indexOf(current);
    const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + by, 0), list.length - 1);
    select(list[next], null, "key");
  };

  const reset = () => {
    for (const set of Object.values(chosen)) set.clear();
    for (const button of all("[data-filter]")) button.setAttribute("aria-pressed", "false");
    search.value = "";
    filter();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.dataset.filter) {
      const set = chosen[button.dataset.filter];
      const name = button.dataset.name;
      const on = !set.has(name);
      if (on) set.add(name); else set.delete(name);
      button.setAttribute("aria-pressed", String(on));
      filter();
      return;
    }
    if (button) {
      const action = button.dataset.action;
      if (action === "next") step(1);
      if (action === "previous") step(-1);
      if (action === "reset") reset();
      if (action === "help") help.showModal();
      if (action === "close") help.close();
      return;
    }
    const link = event.target.closest('a[href^="#"]');
    if (link && go(link.getAttribute("href"), link.closest(".text") ? "text" : "list")) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input");
    if (event.key === "Escape" && typing) {
      typing.value = "";
      filter();
      typing.blur();
      return;
    }
    if (typing || help.open) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "/") { event.preventDefault(); search.focus(); }
    else if (event.key === "?") help.showModal();
    else if (event.key === "Enter" && current && !event.target.closest("a:not(h4 a), button, summary")) {
      const open = current.querySelector("a.open");
      if (open) { event.preventDefault(); open.click(); }
    }
  });

  search.addEventListener("input", filter);
  window.addEventListener("hashchange", () => go(location.hash, "list"));
  filter();
  if (location.hash) go(location.hash, "list");
})();
